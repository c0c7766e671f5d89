import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gitServer } from './git-server.ts';
import { npmServer } from './npm-server.ts';
import { marketplaceFiles, pluginFiles, storeProgram, temporary, write } from './store-program.ts';
import { writeZip } from './zip-file.ts';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

async function shopWith(entries: readonly unknown[], env: Readonly<Record<string, string>> = {}, fields = {}) {
  const market = write(await temporary(), marketplaceFiles('shop', {}, { entries, fields }));
  const p = await storeProgram({ env });
  expect((await p.plugin('marketplace', 'add', market)).code).toBe(0);
  return { ...p, market };
}

test('a marketplace at GitHub, a plugin in it, and its next version', async () => {
  const git = await gitServer();
  const folder = write(await temporary(), marketplaceFiles('hub', { greet: { version: undefined } }));
  const first = git.commit('acme/hub', folder);
  const p = await storeProgram({ env: git.env });
  expect(await p.json('marketplace', 'add', 'acme/hub')).toMatchObject({
    outcome: 'ok',
    name: 'hub',
    plugins: ['greet'],
  });
  expect(await p.json('marketplace', 'list')).toMatchObject([
    { name: 'hub', source: 'github', repo: 'acme/hub', installLocation: join(p.plugins, 'marketplaces/hub') },
  ]);
  expect(await p.json('install', 'greet@hub')).toMatchObject({ version: first.slice(0, 12) });
  expect(read(join(p.plugins, 'installed_plugins.json')).plugins['greet@hub'][0]).toMatchObject({
    gitCommitSha: first,
  });
  write(folder, { 'plugins/greet/commands/bye.md': 'Bye\n' });
  const second = git.commit('acme/hub', folder);
  expect((await p.plugin('update', 'greet')).stdout).toBe(
    `Updated greet@hub from ${first.slice(0, 12)} to ${second.slice(0, 12)}\n`,
  );
  expect(await p.json('list')).toMatchObject([{ components: { commands: ['greet:bye', 'greet:hello'] } }]);
  expect((await p.plugin('update')).stdout).toBe(`greet@hub is up to date (${second.slice(0, 12)})\n`);
});

test('a marketplace at a tag, and one by the address of git', async () => {
  const git = await gitServer();
  const folder = write(await temporary(), marketplaceFiles('hub', { greet: {} }));
  git.commit('acme/hub', folder, 'v1');
  write(folder, marketplaceFiles('hub', { greet: {}, later: {} }));
  git.commit('acme/hub', folder);
  const p = await storeProgram({ env: git.env });
  expect(await p.json('marketplace', 'add', 'acme/hub@v1')).toMatchObject({ plugins: ['greet'] });
  expect(await p.json('marketplace', 'add', `${git.url}/acme/hub.git`)).toMatchObject({ failureCode: 'name-taken' });
  await p.plugin('marketplace', 'remove', 'hub');
  expect(existsSync(join(p.plugins, 'marketplaces/hub'))).toBe(false);
  expect(await p.json('marketplace', 'add', `${git.url}/acme/hub.git`)).toMatchObject({ plugins: ['greet', 'later'] });
});

test('plugins in repositories of their own: whole, at a commit, in a folder', async () => {
  const git = await gitServer();
  const folder = write(await temporary(), pluginFiles('solo'));
  const old = git.commit('acme/solo', folder);
  write(folder, pluginFiles('solo', '', { version: '2.0.0' }));
  git.commit('acme/solo', folder);
  const many = write(await temporary(), { ...pluginFiles('deep', 'tools/deep'), 'other/large.txt': 'x' });
  git.commit('acme/many', many);
  const p = await shopWith(
    [
      { name: 'solo', source: { source: 'github', repo: 'acme/solo' } },
      { name: 'pinned', source: { source: 'url', url: `${git.url}/acme/solo.git`, sha: old } },
      { name: 'deep', source: { source: 'git-subdir', url: 'acme/many', path: 'tools/deep' } },
      { name: 'sly', source: { source: 'git-subdir', url: 'acme/many', path: '../other' } },
      { name: 'flag', source: { source: 'url', url: '--upload-pack=touch /tmp/pwned' } },
      { name: 'outer', source: { source: 'url', url: 'ext::sh -c "touch /tmp/pwned"' } },
    ],
    git.env,
  );
  expect(await p.json('install', 'solo')).toMatchObject({ version: '2.0.0' });
  expect(await p.json('install', 'pinned')).toMatchObject({ version: '1.0.0' });
  expect(await p.json('install', 'deep')).toMatchObject({ outcome: 'ok' });
  expect(existsSync(join(p.plugins, 'cache/shop/deep/1.0.0/commands/hello.md'))).toBe(true);
  expect(existsSync(join(p.plugins, 'cache/shop/deep/1.0.0/.git'))).toBe(false);
  for (const name of ['sly', 'flag', 'outer'])
    expect(await p.json('install', name)).toMatchObject({ outcome: 'failed', failureCode: 'bad-source' });
});

test('the repository that the program was started from, by a hook of git, stays as it is', async () => {
  const git = await gitServer();
  git.commit('acme/hub', write(await temporary(), marketplaceFiles('hub', { greet: {} })));
  const own = await temporary();
  execFileSync('git', ['init', '-q', own]);
  const before = readFileSync(join(own, '.git/config'), 'utf8');
  const p = await storeProgram({ env: { ...git.env, GIT_DIR: join(own, '.git'), GIT_WORK_TREE: own } });
  expect(await p.json('marketplace', 'add', 'acme/hub')).toMatchObject({ outcome: 'ok' });
  expect(await p.json('install', 'greet')).toMatchObject({ outcome: 'ok' });
  expect(readFileSync(join(own, '.git/config'), 'utf8')).toBe(before);
});

test('packages of a plugin are installed, without its settings for npm', async () => {
  const npm = await npmServer();
  npm.publish(write(await temporary(), { 'package.json': { name: 'dep', version: '1.0.0' }, 'index.js': '' }));
  const p = await shopWith([{ name: 'needy', source: './needy' }], npm.env);
  const dependencies = { dep: '1.0.0' };
  write(p.market, {
    ...pluginFiles('needy', 'needy'),
    'needy/.npmrc': 'registry=http://127.0.0.1:1/\n',
    'needy/package.json': { name: 'needy', version: '1.0.0', dependencies },
    'needy/package-lock.json': {
      name: 'needy',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: { '': { name: 'needy', version: '1.0.0', dependencies }, 'node_modules/dep': { version: '1.0.0' } },
    },
  });
  expect(await p.plugin('install', 'needy')).toMatchObject({ code: 0, stderr: '' });
  const place = join(p.plugins, 'cache/shop/needy/1.0.0');
  expect([existsSync(join(place, 'node_modules/dep/package.json')), existsSync(join(place, '.npmrc'))]).toEqual([
    true,
    false,
  ]);
  expect(await p.json('update', 'needy')).toMatchObject({ outcome: 'ok' });
}, 30_000);

test('npm packages; scripts never run', async () => {
  const npm = await npmServer();
  const folder = await temporary();
  const mark = join(folder, 'ran');
  write(folder, {
    ...pluginFiles('packed', '', { version: undefined }),
    'package.json': {
      name: '@acme/packed',
      version: '3.1.0',
      scripts: { preinstall: `touch ${mark}`, prepack: `touch ${mark}`, postinstall: `touch ${mark}` },
    },
  });
  npm.publish(folder);
  const p = await shopWith(
    [
      { name: 'packed', source: { source: 'npm', package: '@acme/packed', version: '^3.0.0' } },
      { name: 'none', source: { source: 'npm', package: 'not-there' } },
      { name: 'odd', source: { source: 'npm', package: '--registry=http://evil' } },
    ],
    npm.env,
  );
  expect(await p.json('install', 'packed')).toMatchObject({ outcome: 'ok', version: '3.1.0' });
  expect(existsSync(mark)).toBe(false);
  expect(await p.json('install', 'none')).toMatchObject({
    failureCode: 'failed',
    message: expect.stringMatching(/404|not found/i),
  });
  expect(await p.json('install', 'odd')).toMatchObject({ failureCode: 'bad-source' });
}, 30_000);

test('zip archives: a file, an address, a checked hash', async () => {
  const folder = await temporary();
  const manifest = JSON.stringify({ name: 'zipped' });
  const zip = writeZip(join(folder, 'zipped.zip'), [
    { name: 'zipped-main/.claude-plugin/plugin.json', content: manifest },
    { name: 'zipped-main/bin/tool', content: '#!/bin/sh\n', mode: 0o100755 },
    { name: 'zipped-main/commands/hello.md', content: 'Hello\n' },
  ]);
  const sha256 = createHash('sha256').update(readFileSync(zip)).digest('hex');
  const server = createServer((request, response) => {
    if (request.url === '/moved.zip') response.writeHead(302, { location: '/zipped.zip' }).end();
    else if (request.url === '/zipped.zip') response.end(readFileSync(zip));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const p = await shopWith([
    { name: 'local', source: { source: 'archive', url: zip, sha256 } },
    { name: 'far', source: { source: 'archive', url: `${url}/moved.zip` } },
    { name: 'wrong', source: { source: 'archive', url: zip, sha256: '0'.repeat(64) } },
    { name: 'gone', source: { source: 'archive', url: `${url}/gone.zip` } },
    { name: 'plain', source: { source: 'archive', url: 'http://example.com/a.zip' } },
  ]);
  expect(await p.json('install', 'local')).toMatchObject({
    version: sha256.slice(0, 12),
    claims: { programs: ['tool'] },
  });
  expect(existsSync(join(p.plugins, `cache/shop/local/${sha256.slice(0, 12)}/commands/hello.md`))).toBe(true);
  expect(await p.json('install', 'far')).toMatchObject({ outcome: 'ok' });
  expect(await p.json('install', 'wrong')).toMatchObject({ failureCode: 'integrity' });
  expect(await p.json('install', 'gone')).toMatchObject({
    failureCode: 'network',
    message: expect.stringMatching(/404/),
  });
  expect(await p.json('install', 'plain')).toMatchObject({ failureCode: 'bad-source' });
});

test('a marketplace that is one file: by its address, as a file, in the settings', async () => {
  const plugin = write(await temporary(), pluginFiles('solo'));
  const zip = writeZip(join(plugin, 'p.zip'), [{ name: '.claude-plugin/plugin.json', content: '{"name":"solo"}' }]);
  const value = {
    name: 'page',
    owner: { name: 'x' },
    plugins: [
      { name: 'solo', source: { source: 'archive', url: zip } },
      { name: 'near', source: './near' },
    ],
  };
  const server = createServer((_request, response) => response.end(JSON.stringify(value)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const p = await storeProgram({
    config: { extraKnownMarketplaces: { own: { source: { source: 'settings', ...value, name: 'own' } } } },
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/marketplace.json`;
  expect(await p.json('marketplace', 'add', address)).toMatchObject({ outcome: 'ok', name: 'page' });
  expect(await p.json('install', 'solo@page')).toMatchObject({ outcome: 'ok' });
  expect(await p.json('install', 'near@page')).toMatchObject({ failureCode: 'bad-source' });
  expect(await p.json('install', 'solo@own')).toMatchObject({ outcome: 'ok' });
  const file = join(write(await temporary(), { 'list.json': { ...value, name: 'filed' } }), 'list.json');
  expect(await p.json('marketplace', 'add', file)).toMatchObject({ outcome: 'ok', name: 'filed' });
  expect(await p.json('install', 'solo@filed')).toMatchObject({ outcome: 'ok' });
  expect((await p.json('list')) as unknown).toHaveLength(3);
});

test('a command that gives a plugin runs only when it was agreed to', async () => {
  const folder = write(await temporary(), pluginFiles('made'));
  const mark = join(await temporary(), 'ran');
  const p = await shopWith([{ name: 'made', source: { source: 'command', command: `touch ${mark}; echo ${folder}` } }]);
  expect(await p.json('install', 'made')).toMatchObject({ failureCode: 'refused' });
  expect(existsSync(mark)).toBe(false);
  expect(await p.json('install', 'made', '-y')).toMatchObject({ outcome: 'ok', version: '1.0.0' });
  expect(existsSync(mark)).toBe(true);
});

test('a kind that is not known leaves the others alone', async () => {
  const p = await shopWith(
    [
      { name: 'new', source: { source: 'teleport', to: 'moon' } },
      { name: 'bare', source: 'greet' },
      { name: 'greet', source: 'greet2' },
    ],
    {},
    { metadata: { pluginRoot: './lib' } },
  );
  write(p.market, pluginFiles('greet', 'lib/greet2'));
  const { available } = await p.json('list', '--available');
  expect(available).toMatchObject([
    { name: 'new', unsupported: expect.stringMatching(/"teleport" are not supported/) },
    {},
    {},
  ]);
  expect(await p.json('install', 'new')).toMatchObject({ failureCode: 'unsupported' });
  expect(await p.json('install', 'greet')).toMatchObject({ outcome: 'ok' });
});

test('links: kept inside of the plugin, followed inside of the marketplace, left out beyond', async () => {
  const p = await shopWith([{ name: 'linked', source: './plugins/linked' }]);
  const secret = join(write(await temporary(), { secret: 'x' }), 'secret');
  write(p.market, { ...pluginFiles('linked', 'plugins/linked'), 'shared/text.md': 'shared' });
  symlinkSync('hello.md', join(p.market, 'plugins/linked/commands/again.md'));
  symlinkSync('../../../shared/text.md', join(p.market, 'plugins/linked/commands/shared.md'));
  symlinkSync(secret, join(p.market, 'plugins/linked/commands/secret.md'));
  symlinkSync('..', join(p.market, 'plugins/linked/circle'));
  expect((await p.plugin('install', 'linked')).stdout).toMatch(
    /left out, because they lead out of the plugin: .*secret\.md/,
  );
  const commands = join(p.plugins, 'cache/shop/linked/1.0.0/commands');
  expect(readFileSync(join(commands, 'again.md'), 'utf8')).toContain('Hello from linked');
  expect(readFileSync(join(commands, 'shared.md'), 'utf8')).toBe('shared');
  expect(existsSync(join(commands, 'secret.md'))).toBe(false);
});
