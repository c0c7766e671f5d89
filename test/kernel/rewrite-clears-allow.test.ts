import type { PreToolUsePatch } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { call, extension, startKernel } from './start-kernel.ts';

const returns = (id: string, patch: PreToolUsePatch) =>
  extension(id, { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(() => patch);
  });
const other = { command: 'rm -rf build' };

test('a rewrite takes away an earlier allow, which was for another question', async () => {
  const { kernel } = startKernel([returns('one', { verdict: 'allow' }), returns('two', { input: other })]);
  expect(await kernel.fire('PreToolUse', call())).toMatchObject({ verdict: 'none', input: other });
});

test('whoever rewrites may allow what it has written', async () => {
  const { kernel } = startKernel([
    returns('one', { verdict: 'ask' }),
    returns('two', { input: other, verdict: 'allow' }),
  ]);
  expect(await kernel.fire('PreToolUse', call())).toMatchObject({ verdict: 'ask', input: other });
  const { kernel: lone } = startKernel([returns('one', { input: other, verdict: 'allow' })]);
  expect(await lone.fire('PreToolUse', call())).toMatchObject({ verdict: 'allow', input: other });
});

test('a rewrite does not take away a denial or a question', async () => {
  for (const verdict of ['ask', 'defer', 'deny'] as const) {
    const { kernel } = startKernel([returns('one', { verdict }), returns('two', { input: other })]);
    expect((await kernel.fire('PreToolUse', call())).verdict).toBe(verdict);
  }
});

test('a later tap sees the input that an earlier one wrote', async () => {
  let seen: unknown;
  const reader = extension('reader', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(({ input }) => {
      seen = input;
    });
  });
  const { kernel } = startKernel([returns('one', { input: other }), reader]);
  await kernel.fire('PreToolUse', call());
  expect(seen).toEqual(other);
});
