import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, type Extension, type Manifest, type Origin, Tools } from 'tenon/plugin-api';
import { entryOf, fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { root } from '../gates/source-file.ts';
import { call, extension, startKernel, tool } from './start-kernel.ts';

const user: Origin = { kind: 'user', path: '/x' };
const from = (origin: Origin, ...given: Parameters<typeof extension>): Entry =>
  entryOf(extension(...given) as Extension<never>, origin);

test('a tap that was declared and not made is missed aloud, once', async () => {
  const { kernel, messages } = startKernel([from(user, 'acme', { taps: ['PreToolUse', 'QueryEnd'] })]);
  expect(messages('NOT_MADE')).toEqual([]);
  for (let n = 0; n < 2; n++) expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
  expect(messages('NOT_MADE')).toEqual([
    'the manifest of acme declares a tap of PreToolUse, and it has made none: PreToolUse goes on without it',
  ]);
});

test('a tap that is made while its hook is not fired yet is none of it', async () => {
  const late = from(user, 'late', { taps: ['SessionStart', 'PreToolUse'] }, (api) => {
    api.hooks.SessionStart.tap(() => void api.hooks.PreToolUse.tap(() => undefined));
  });
  const { kernel, diagnostics } = startKernel([late]);
  await kernel.fire('SessionStart', { session: fakeSession(), source: 'startup', context: [], env: {} } as never);
  await kernel.fire('PreToolUse', call());
  expect(diagnostics).toEqual([]);
});

test('a tool that was declared and not added is said when somebody wants it', async () => {
  const { kernel, messages } = startKernel([
    from(
      user,
      'acme',
      { contributes: { tools: ['Deploy', 'Undo', 'x_*'] } },
      (api) => void api.add(Tools, tool('Undo')),
    ),
  ]);
  expect(await kernel.item(Tools, 'Undo')).toBeDefined();
  expect(await kernel.item(Tools, 'x_1')).toBeUndefined();
  expect(await kernel.item(Tools, 'Deploy')).toBeUndefined();
  expect(messages('NOT_MADE')).toEqual([
    'the manifest of acme declares "Deploy" in tools, and it has added none: nobody can use it',
  ]);
});

test('one that could not start is not blamed twice', async () => {
  const broken = from(user, 'acme', { taps: ['PreToolUse'], contributes: { tools: ['Deploy'] } }, () => {
    throw new Error('no');
  });
  const { kernel, codes } = startKernel([broken]);
  await kernel.fire('PreToolUse', call());
  await kernel.item(Tools, 'Deploy');
  expect(codes()).toEqual(['SETUP_FAILED acme']);
});

test('a misspelt point is named with the one that was meant', async () => {
  const { messages } = startKernel([
    from(user, 'acme', { contributes: { tool: ['Deploy'], 'acme-parts': ['a'] } }),
    extension('other', { contributes: { tools: ['Read'] } }),
  ]);
  expect(messages('NOT_MADE')).toEqual(['contributes.tool: no extension reads such a point; did you mean tools?']);
});

test('an extension that nothing would ever start says so', () => {
  const { messages } = startKernel([
    from(user, 'idle', { fires: ['Stop'] }),
    from(user, 'used', { activate: ['idle'] }),
  ]);
  expect(messages('NOT_MADE')).toEqual([
    'nothing starts idle: its manifest names no taps, contributes, provides or activate',
  ]);
});

test('a name that is taken over must be there, and be offered', () => {
  const { messages } = startKernel([
    extension('other', { contributes: { tools: ['Read', 'Write'] } }),
    from(user, 'acme', {
      replaces: ['tools:Reed', 'tools:Write', 'tools:Read', 'tools:Deploy', 'service:config@1', 'extension:x'],
      contributes: { tools: ['Reed', 'Read', 'Deploy'] },
    }),
  ]);
  expect(messages('NOT_MADE')).toEqual([
    'replaces: there is no tools:Reed; did you mean tools:Read?',
    'replaces: tools:Write takes nothing over: contributes.tools has no "Write"',
  ]);
});

test('extensions of the distribution are looked at when that is asked for', async () => {
  const manifest = { taps: ['PreToolUse'], contributes: { tools: ['Deploy'] } } as const;
  const quiet = startKernel([extension('own', manifest)]);
  await quiet.kernel.fire('PreToolUse', call());
  await quiet.kernel.item(Tools, 'Deploy');
  expect(quiet.diagnostics).toEqual([]);
  const thorough = startKernel([extension('own', manifest)], { thorough: true });
  await thorough.kernel.fire('PreToolUse', call());
  await thorough.kernel.item(Tools, 'Deploy');
  expect(thorough.codes()).toEqual(['NOT_MADE own', 'NOT_MADE own']);
});

test('check finds all of it without waiting for a use, and wrong manifests of the distribution', async () => {
  const { kernel } = startKernel([
    from(user, 'acme', { taps: ['PreToolUse'], activate: ['startup'], contributes: { tools: ['Deploy', 'x_*'] } }),
    extension('own', { tpas: ['Stop'] } as unknown as Omit<Manifest, 'id' | 'version' | 'api'>),
  ]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(kernel.extensions.check()).toEqual([
    { extension: 'own', message: 'tpas: is not a known field; did you mean taps?' },
    { extension: 'acme', message: expect.stringContaining('declares a tap of PreToolUse') },
    { extension: 'acme', message: expect.stringContaining('"Deploy"') },
  ]);
});

test('the manifests of all bundled extensions are sound', async () => {
  for (const id of readdirSync(join(root, 'extensions'))) {
    const file = join(root, 'extensions', id, 'manifest.ts');
    if (!readdirSync(join(root, 'extensions', id)).includes('manifest.ts') || readFileSync(file, 'utf8') === '')
      continue;
    const { manifest } = (await import(file)) as { manifest: Manifest };
    const { kernel } = startKernel([
      { manifest, origin: { kind: 'bundled' }, load: async () => extension(id) as never },
    ]);
    expect(kernel.extensions.check(), id).toEqual([]);
  }
});
