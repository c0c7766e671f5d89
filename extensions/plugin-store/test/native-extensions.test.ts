import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitServer } from './git-server.ts';
import { npmServer } from './npm-server.ts';
import { marketplaceFiles, pluginFiles, storeProgram, temporary, write } from './store-program.ts';

const extension = (id: string, version: string, more = {}) => ({
  'tenon.json': { id, version, api: 1, description: 'Made for a test', main: 'index.js', ...more },
  'index.js': 'export default { manifest: {}, setup() {} };\n',
});

test('from a folder, in versions, switched off and on, and removed', async () => {
  const folder = write(await temporary(), extension('deploy', '1.0.0', { capabilities: ['network'] }));
  const p = await storeProgram();
  const place = join(p.user, 'tenon/extensions/deploy');
  const { stdout } = await p.plugin('install', folder);
  expect(stdout).toMatch(/^Installed the extension deploy 1\.0\.0\n {2}says that it needs:\n {4}network\n/);
  expect([readFileSync(join(place, 'current'), 'utf8'), existsSync(join(place, '1.0.0/index.js'))]).toEqual([
    '1.0.0\n',
    true,
  ]);
  write(folder, extension('deploy', '1.1.0', { capabilities: ['network', 'secrets'] }));
  const refused = await p.plugin('update', 'deploy');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/\+ secrets[\s\S]*was not agreed to/)]);
  expect((await p.plugin('update', 'deploy', '-y')).stdout).toMatch(
    /^Updated the extension deploy from 1\.0\.0 to 1\.1\.0/,
  );
  expect(await p.json('info', 'deploy')).toMatchObject({
    version: '1.1.0',
    claims: { capabilities: ['network', 'secrets'] },
  });
  await p.plugin('disable', 'deploy');
  expect(await p.json('list')).toMatchObject([{ id: 'deploy', version: '1.1.0', enabled: false, kind: 'extension' }]);
  await p.plugin('enable', 'deploy');
  expect(await p.json('list')).toMatchObject([{ enabled: true }]);
  expect((await p.plugin('uninstall', 'deploy')).code).toBe(0);
  expect([existsSync(place), readdirSync(join(p.plugins, '.staging'))]).toEqual([false, []]);
});

test('the same version with another content is refused', async () => {
  const folder = write(await temporary(), extension('deploy', '1.0.0'));
  const p = await storeProgram();
  await p.plugin('install', folder);
  write(folder, { 'index.js': 'process.exit(1)' });
  expect(await p.json('install', folder)).toMatchObject({ failureCode: 'integrity' });
});

test('from npm, from git and from an archive', async () => {
  const npm = await npmServer();
  const git = await gitServer();
  const packed = write(await temporary(), {
    ...extension('@acme/deploy', '2.0.0'),
    'package.json': { name: '@acme/deploy', version: '2.0.0', dependencies: { 'left-pad': '1.0.0' } },
  });
  npm.publish(write(await temporary(), { 'package.json': { name: 'left-pad', version: '1.0.0' }, 'index.js': '' }));
  npm.publish(packed);
  const repository = write(await temporary(), extension('lint', '0.1.0'));
  git.commit('acme/lint', repository);
  const archived = write(await temporary(), { ...extension('pack', '0.2.0') });
  const archive = join(await temporary(), 'pack.tgz');
  execFileSync('tar', ['-czf', archive, '--transform', 's,^\\.,package,', '.'], { cwd: archived });
  const p = await storeProgram({ env: { ...npm.env, ...git.env } });
  expect(await p.json('install', '@acme/deploy')).toMatchObject({
    outcome: 'ok',
    plugin: '@acme/deploy',
    version: '2.0.0',
  });
  expect(existsSync(join(p.user, 'tenon/extensions/@acme/deploy/2.0.0/node_modules/left-pad/package.json'))).toBe(true);
  expect(await p.json('install', 'github:acme/lint')).toMatchObject({ outcome: 'ok', plugin: 'lint' });
  expect(await p.json('install', archive)).toMatchObject({ outcome: 'ok', plugin: 'pack' });
  expect(await p.json('list')).toMatchObject([{ id: '@acme/deploy' }, { id: 'lint' }, { id: 'pack' }]);
}, 30_000);

test('what is no extension is told what it is', async () => {
  const p = await storeProgram();
  const market = write(await temporary(), marketplaceFiles('shop', {}));
  const plugin = write(await temporary(), pluginFiles('greet'));
  expect((await p.plugin('install', market)).stderr).toContain(
    'is a marketplace; add it with: tenon plugin marketplace add',
  );
  expect((await p.plugin('install', plugin)).stderr).toContain('to try it: tenon --plugin-dir');
  expect((await p.plugin('install', './nowhere')).stderr).toContain('is no folder that is there');
  expect((await p.plugin('install', write(await temporary(), extension('../evil', '1.0.0')))).stderr).toContain(
    'no usable "id"',
  );
});
