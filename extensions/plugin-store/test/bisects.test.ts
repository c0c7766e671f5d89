import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { marketplaceFiles, storeProgram, temporary, write } from './store-program.ts';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

async function withPlugins() {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const market = write(
    await temporary(),
    marketplaceFiles('shop', Object.fromEntries(names.map((name) => [name, {}]))),
  );
  const p = await storeProgram();
  await p.plugin('marketplace', 'add', market);
  for (const name of names) await p.plugin('install', name);
  const extension = write(await temporary(), {
    'tenon.json': { id: 'native', version: '1.0.0', api: 1, main: 'index.js' },
    'index.js': 'export default {};\n',
  });
  await p.plugin('install', extension);
  const settings = join(p.user, 'settings.json');
  return { ...p, settings, before: readFileSync(settings, 'utf8') };
}

/** A command that fails while all of these are switched on. */
const failsWith = (settings: string, ...ids: string[]) =>
  ids
    .map((id) => `grep -q '"${id}@shop": true' ${settings}`)
    .join(' && ')
    .replace(/^/, '! { ')
    .concat('; }');

test('finds the one that makes a command fail, and leaves everything on', async () => {
  const p = await withPlugins();
  expect(await p.json('bisect', failsWith(p.settings, 'd'))).toMatchObject({ outcome: 'ok', culprits: ['d@shop'] });
  expect(readFileSync(p.settings, 'utf8')).toBe(p.before);
  expect(existsSync(join(p.user, 'tenon/bisect.json'))).toBe(false);
  expect(await p.json('bisect', 'true')).toMatchObject({
    culprits: [],
    message: expect.stringMatching(/works with everything/),
  });
  expect(await p.json('bisect', 'false')).toMatchObject({
    culprits: [],
    message: expect.stringMatching(/fails without plugins/),
  });
  expect(await p.json('bisect', failsWith(p.settings, 'a', 'e'))).toMatchObject({
    culprits: expect.arrayContaining(['a@shop', 'e@shop']),
  });
  expect(await p.json('bisect', `! grep -q shop ${p.settings} || grep -q '"native"' ${p.settings}`)).toMatchObject({
    culprits: ['native'],
  });
  expect(readFileSync(p.settings, 'utf8')).toBe(p.before);
});

test('a search that was killed goes on, or is given up', async () => {
  const p = await withPlugins();
  const all = [...['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@shop`), 'native'];
  const half = read(p.settings);
  half.enabledPlugins['a@shop'] = false;
  writeFileSync(p.settings, JSON.stringify(half, null, 2));
  const file = join(p.user, 'tenon/bisect.json');
  const command = failsWith(p.settings, 'b');
  writeFileSync(file, JSON.stringify({ command, all, failed: { [all.join(' ')]: true, '': false } }));
  const code = await p.harness.run('doctor', '--bisect');
  expect([code, p.harness.stdout]).toEqual([0, expect.stringContaining('fails because of b@shop')]);
  expect(read(p.settings).enabledPlugins).toEqual(JSON.parse(p.before).enabledPlugins);
  writeFileSync(file, JSON.stringify({ command, all, failed: {} }));
  expect((await p.plugin('bisect', 'stop')).stdout).toContain('switched on again: a@shop');
  expect(existsSync(file)).toBe(false);
  expect(await p.plugin('bisect')).toMatchObject({ code: 2 });
});
