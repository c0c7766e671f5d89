import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../../test/gates/source-file.ts';
import { gitServer } from './git-server.ts';
import { npmServer } from './npm-server.ts';
import { marketplaceFiles, storeProgram, temporary, write } from './store-program.ts';

const page = readFileSync(join(root, 'docs/installing-plugins.md'), 'utf8');

test('every command of the page does what it says', async () => {
  const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'));
  expect(commands.length).toBeGreaterThan(18);
  const git = await gitServer();
  const town = { type: 'string', title: 'Town', description: 'Where', required: true };
  git.commit(
    'acme/hub',
    write(await temporary(), marketplaceFiles('hub', { greet: {}, ask: { userConfig: { town } } })),
  );
  const npm = await npmServer();
  const extension = (id: string) => ({
    'tenon.json': { id, version: '1.0.0', api: 1, main: 'index.js' },
    'index.js': 'export default {};\n',
  });
  npm.publish(
    write(await temporary(), { ...extension('@acme/lint'), 'package.json': { name: '@acme/lint', version: '1.0.0' } }),
  );
  const p = await storeProgram({ env: { ...git.env, ...npm.env } });
  write(join(p.cwd, 'my-marketplace'), marketplaceFiles('my-marketplace', { own: {} }));
  write(join(p.cwd, 'deploy'), extension('deploy'));
  const printed = new Map<string, string>();
  for (const command of commands) {
    const [program, verb, ...args] = command.split(' ');
    expect([program, verb]).toEqual(['tenon', 'plugin']);
    const ran = await p.plugin(...args);
    expect({ command, ...ran }).toMatchObject({ code: 0 });
    printed.set(command, ran.stdout);
  }
  expect(printed.get('tenon plugin list --available')).toContain('greet@hub');
  expect(printed.get('tenon plugin list')).toBe('greet@hub  1.0.0  (user, on)\n');
  expect(printed.get('tenon plugin marketplace list')).toContain('my-marketplace');
  expect(await p.json('list')).toMatchObject([{ id: 'ask@hub' }, { id: '@acme/lint', kind: 'extension' }]);
}, 60_000);
