import { defineDistro } from 'tenon/kernel';
import { defineExtension } from 'tenon/plugin-api';
import { entryOf } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import full from '../../../distros/full.ts';
import { marketplaceFiles, storeProgram, temporary, write } from './store-program.ts';

test('who owns a name, and who wanted it', async () => {
  const rival = defineExtension({
    manifest: { id: 'rival', version: '2.0.0', api: 1, contributes: { tools: ['Read'] } },
    setup() {},
  });
  const distro = defineDistro({ ...full, extensions: [...full.extensions, entryOf(rival, { kind: 'user' })] });
  const p = await storeProgram({ distro });
  const { stdout } = await p.plugin('explain', 'tools:Read');
  expect(stdout).toMatch(
    /^tools:Read belongs to builtin-tools .*\(part of the program\)\n {2}rival 2\.0\.0 .* wanted it too; that one is called \S+\n/,
  );
  expect(stdout).toContain('"replaces": ["tools:Read"]');
  expect(await p.json('explain', 'tools:Read')).toMatchObject([
    { owner: { extension: 'builtin-tools' }, others: [{ extension: 'rival' }] },
  ]);
  expect((await p.plugin('explain', 'tools:Raed')).stderr).toContain('did you mean tools:Read?');
  expect((await p.plugin('explain', 'Read')).stderr).toContain('write POINT:NAME');
});

test('a guard may refuse an install, and never a disable', async () => {
  const seen: string[] = [];
  const guard = defineExtension({
    manifest: { id: 'guard', version: '1.0.0', api: 1, taps: ['PreCommand', 'PostCommand'] },
    setup(api) {
      api.hooks.PreCommand.tap(({ args }) => {
        if (args.startsWith('install')) return { verdict: 'deny', reason: 'no new plugins' };
        return undefined;
      });
      api.hooks.PostCommand.tap(({ args, ok }) => void seen.push(`${args}: ${ok}`));
    },
  });
  const distro = defineDistro({ ...full, extensions: [...full.extensions, entryOf(guard, { kind: 'bundled' })] });
  const market = write(await temporary(), marketplaceFiles('shop', { greet: {} }));
  const p = await storeProgram({ distro });
  await p.plugin('marketplace', 'add', market);
  const refused = await p.plugin('install', 'greet');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('plugin was refused: no new plugins')]);
  expect((await p.plugin('disable', '--all')).stdout).toBe('No plugin is switched on\n');
  expect(seen).toEqual([`marketplace add ${market}: true`]);
});
