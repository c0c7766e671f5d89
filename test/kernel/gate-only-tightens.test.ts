import type { Stage, Verdict } from 'tenon/plugin-api';
import { describe, expect, test } from 'vitest';
import { call, extension, startKernel } from './start-kernel.ts';

type Opinion = Exclude<Verdict, 'none'>;
const ladder: readonly Opinion[] = ['allow', 'ask', 'defer', 'deny'];

function says(id: string, verdict: Opinion, stage: Stage = 'normal') {
  return extension(id, { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap({ stage }, () => ({ verdict, reason: `${id} says ${verdict}` }));
  });
}

describe('two opinions: the stricter one wins, in either order', () => {
  const pairs = ladder.flatMap((first, i) =>
    ladder.map((second, j) => ({ first, second, wins: ladder[Math.max(i, j)] })),
  );
  test.each(pairs)('$first, then $second: $wins', async ({ first, second, wins }) => {
    const { kernel } = startKernel([says('one', first), says('two', second)]);
    const result = await kernel.fire('PreToolUse', call());
    expect(result.verdict).toBe(wins);
    expect(result.reasons).toEqual([
      { verdict: first, reason: `one says ${first}`, by: 'one' },
      { verdict: second, reason: `two says ${second}`, by: 'two' },
    ]);
  });
});

test.each(['none', ...ladder])('a verdict that is there already cannot be loosened: %s', async (verdict) => {
  const { kernel } = startKernel([says('one', 'allow')]);
  const result = await kernel.fire('PreToolUse', call({ verdict: verdict as Verdict }));
  expect(result.verdict).toBe(verdict === 'none' ? 'allow' : verdict);
});

test.each(['Deny', 'block', 7])('an opinion that is not on the ladder counts as a failure: %j', async (verdict) => {
  const odd = extension('odd', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(() => ({ verdict }) as never);
  });
  const { kernel, codes } = startKernel([odd]);
  const result = await kernel.fire('PreToolUse', call());
  expect(result.verdict).toBe('deny');
  expect(codes()).toEqual(['HOOK_FAILED odd']);
});

test('a value that arrives denied stays denied when nobody has an opinion', async () => {
  const silent = extension('silent', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(() => undefined);
  });
  const { kernel } = startKernel([silent]);
  expect((await kernel.fire('PreToolUse', call({ verdict: 'deny' }))).verdict).toBe('deny');
});

test('the lowest rung of the ladder is no opinion', async () => {
  const modest = extension('modest', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(() => ({ verdict: 'none' }) as never);
  });
  const { kernel, codes } = startKernel([says('one', 'ask'), modest]);
  expect(await kernel.fire('PreToolUse', call())).toMatchObject({ verdict: 'ask', reasons: [{ by: 'one' }] });
  expect(codes()).toEqual([]);
});
