import type { PreToolUsePatch } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { call, extension, startKernel } from './start-kernel.ts';

const guard = (act: (input: unknown) => PreToolUsePatch | undefined) =>
  extension('guard', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap({ stage: 'guard' }, ({ input }) => act(input));
  });
const writer = extension('writer', { taps: ['PreToolUse'] }, (api) => {
  api.hooks.PreToolUse.tap({ stage: 'late' }, () => ({ input: { command: 'final' } }));
});

test('a guard sees the final input, also when it comes first in the list', async () => {
  let seen: unknown;
  const { kernel } = startKernel([
    guard((input) => {
      seen = input;
      return undefined;
    }),
    writer,
  ]);
  await kernel.fire('PreToolUse', call());
  expect(seen).toEqual({ command: 'final' });
});

test('a guard may deny what all others allowed', async () => {
  const allows = extension('allows', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(() => ({ verdict: 'allow' }));
  });
  const { kernel } = startKernel([allows, guard(() => ({ verdict: 'deny', reason: 'no' }))]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('deny');
});

test('the allow of a guard loosens nothing', async () => {
  const { kernel, codes } = startKernel([guard(() => ({ verdict: 'allow' }))]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
  expect(codes()).toEqual([]);
});

test('a guard that rewrites counts as one that denies, and the input stays', async () => {
  const { kernel, codes, messages } = startKernel([
    writer,
    guard(() => ({ input: { command: 'mine' }, verdict: 'allow' })),
  ]);
  const result = await kernel.fire('PreToolUse', call());
  expect(result).toMatchObject({ verdict: 'deny', input: { command: 'final' } });
  expect(codes()).toEqual(['HOOK_FAILED guard']);
  expect(messages('HOOK_FAILED')[0]).toMatch(/guard stage/);
});
