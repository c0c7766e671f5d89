import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { marketplaceFiles, pluginFiles, type StoreProgram, storeProgram, temporary, write } from './store-program.ts';
import { writeZip, type ZipEntry } from './zip-file.ts';

async function shop(entries: readonly unknown[], fields = {}) {
  const market = write(await temporary(), marketplaceFiles('shop', {}, { entries, fields }));
  const p = await storeProgram();
  await p.plugin('marketplace', 'add', market);
  return { ...p, market };
}

/** Nothing of a plugin is anywhere. */
function nothingIn({ plugins }: StoreProgram): void {
  expect(existsSync(join(plugins, 'cache')) ? readdirSync(join(plugins, 'cache')) : []).toEqual([]);
  expect(existsSync(join(plugins, '.staging')) ? readdirSync(join(plugins, '.staging')) : []).toEqual([]);
  expect(existsSync(join(plugins, 'installed_plugins.json'))).toBe(false);
}

const good = { name: '.claude-plugin/plugin.json', content: '{"name":"z"}' };

test.each<readonly [string, readonly ZipEntry[], RegExp]>([
  ['leads out', [good, { name: '../../evil', content: 'x' }], /relative path|leads out/],
  ['is absolute', [good, { name: '/tmp/evil', content: 'x' }], /absolute path|leads out/],
  ['has a path of Windows', [good, { name: 'C:\\evil', content: 'x' }], /invalid char|leads out/],
  ['is twice there', [good, { name: 'a', content: 'x' }, { name: 'a', content: 'y' }], /twice/],
  ['is larger than it says', [good, { name: 'a', content: 'x'.repeat(5000), size: 10 }], /too many bytes|larger/],
  ['names too much', [good, { name: 'a', content: 'x', size: 4_000_000_000 }], /more than 268435456 bytes/],
  ['grows too much', [good, { name: 'a', content: Buffer.alloc(20_000_000) }], /200 times/],
  ['holds too many files', Array.from({ length: 20_100 }, (_, at) => ({ name: `f${at}` })), /more than 20000 files/],
  ['is empty', [], /end of central directory|no manifest|./],
])('an archive that %s installs nothing', async (_name, entries, message) => {
  const zip = writeZip(join(await temporary(), 'z.zip'), entries);
  const p = await shop([{ name: 'z', source: { source: 'archive', url: zip } }]);
  const answer = await p.json('install', 'z');
  if (entries.length === 0) return;
  expect(answer).toMatchObject({ outcome: 'failed', message: expect.stringMatching(message) });
  nothingIn(p);
});

test('links in an archive are left out', async () => {
  const zip = writeZip(join(await temporary(), 'z.zip'), [
    good,
    { name: 'link', content: '/etc/passwd', mode: 0o120777 },
    { name: 'commands/a.md', content: 'A\n' },
  ]);
  const p = await shop([{ name: 'z', source: { source: 'archive', url: zip }, version: '1' }]);
  expect(await p.json('install', 'z')).toMatchObject({ outcome: 'ok' });
  expect(readdirSync(join(p.plugins, 'cache/shop/z/1')).sort()).toEqual(['.claude-plugin', 'commands']);
});

test('a plugin that points out of its marketplace is refused', async () => {
  const p = await shop([
    { name: 'up', source: './../elsewhere' },
    { name: 'link', source: './link' },
    { name: 'file', source: './.claude-plugin/marketplace.json' },
  ]);
  const outside = write(await temporary(), pluginFiles('link'));
  symlinkSync(outside, join(p.market, 'link'));
  for (const name of ['up', 'link', 'file'])
    expect(await p.json('install', name)).toMatchObject({ outcome: 'failed', failureCode: 'bad-source' });
  nothingIn(p);
});

test('a manifest of ten megabytes, one that is broken, and a version that is a path', async () => {
  const p = await shop(['huge', 'broken', 'sly'].map((name) => ({ name, source: `./${name}` })));
  write(p.market, {
    'huge/.claude-plugin/plugin.json': `{"name":"huge","x":"${'x'.repeat(10_000_000)}"}`,
    'broken/.claude-plugin/plugin.json': '{"name": ',
    ...pluginFiles('sly', 'sly', { version: '../../../../evil' }),
  });
  expect(await p.json('install', 'huge')).toMatchObject({
    failureCode: 'bad-plugin',
    message: expect.stringMatching(/larger than 10000000/),
  });
  expect(await p.json('install', 'broken')).toMatchObject({
    failureCode: 'bad-plugin',
    message: expect.stringMatching(/plugin\.json: line 1/),
  });
  expect(await p.json('install', 'sly')).toMatchObject({
    failureCode: 'bad-plugin',
    message: expect.stringMatching(/cannot be a version/),
  });
  nothingIn(p);
});

test('a circle of dependencies installs nothing', async () => {
  const p = await shop(['a', 'b', 'c'].map((name) => ({ name, source: `./${name}` })));
  write(p.market, {
    ...pluginFiles('a', 'a', { dependencies: ['b'] }),
    ...pluginFiles('b', 'b', { dependencies: [{ name: 'c' }] }),
    ...pluginFiles('c', 'c', { dependencies: ['a'] }),
  });
  expect(await p.json('install', 'a')).toMatchObject({
    failureCode: 'dependency-cycle',
    message: 'a@shop cannot be installed: it depends on itself (a@shop -> b@shop -> c@shop -> a@shop)',
  });
  nothingIn(p);
});

test('names that are reserved, twice there, or lead elsewhere', async () => {
  const p = await shop([
    { name: 'a', source: './a' },
    { name: 'a', source: './b' },
    { name: '../evil', source: './a' },
    { name: 'x@y', source: './a' },
    'nothing',
  ]);
  write(p.market, { ...pluginFiles('a', 'a'), ...pluginFiles('b', 'b', { version: '2.0.0' }) });
  expect(await p.json('install', 'a')).toMatchObject({ version: '1.0.0' });
  expect((await p.json('list', '--available')).problems).toMatchObject([
    expect.stringMatching(/a is there twice; the first one counts/),
    expect.stringMatching(/plugins\.2: "name"/),
    expect.stringMatching(/plugins\.3: "name"/),
    expect.stringMatching(/plugins\.4: "name"/),
  ]);
  for (const [name, code] of [
    ['claude-plugins-official', 'reserved'],
    ['anthropic-plugins', 'reserved'],
    ['inline', 'bad-marketplace'],
    ['../../evil', 'bad-marketplace'],
    ['a b', 'bad-marketplace'],
  ]) {
    const other = write(await temporary(), marketplaceFiles(name!, {}));
    expect(await p.json('marketplace', 'add', other)).toMatchObject({ outcome: 'failed', failureCode: code });
  }
});

test('control characters of a plugin do not reach the terminal', async () => {
  const p = await shop([
    { name: 'c', source: './c', description: 'x\u001b]0;title\u0007y' },
    { name: 'd', source: './c', description: 'x\u001b[2Jy' },
  ]);
  write(p.market, {
    ...pluginFiles('c', 'c', { description: 'x\u009b31my' }),
    'c/hooks/hooks.json': { hooks: { Stop: [{ hooks: [{ type: 'command', command: 'a\u001b[2Jb\u202ec' }] }] } },
  });
  const printed = [
    await p.plugin('list', '--available'),
    await p.plugin('install', 'c'),
    await p.plugin('info', 'c'),
    await p.plugin('info', 'd'),
    await p.plugin('list'),
  ];
  expect(printed.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  expect(printed[1]!.stdout).toContain('Stop: a?[2Jb?c');
  expect(JSON.stringify(printed.map(({ stdout }) => stdout))).not.toMatch(/\\u001b|\\u0007|\u009b|\u202e/);
});

test('an archive of an extension that leads out, or is cut off', async () => {
  const folder = write(await temporary(), { 'a/evil.txt': 'x' });
  const p = await storeProgram();
  const out = join(folder, 'out.tgz');
  execFileSync('tar', ['-czPf', out, '--transform', 's,^a,package/../../..,', 'a'], { cwd: folder });
  expect(await p.json('install', out)).toMatchObject({
    failureCode: 'bad-archive',
    message: expect.stringMatching(/leads out of it/),
  });
  const cut = join(folder, 'cut.tgz');
  writeFileSync(cut, readFileSync(out).subarray(0, 60));
  expect(await p.json('install', cut)).toMatchObject({ outcome: 'failed' });
  expect(readdirSync(join(p.plugins, '.staging'))).toEqual([]);
  expect(existsSync(join(p.user, 'tenon/extensions'))).toBe(false);
});
