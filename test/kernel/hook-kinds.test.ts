import type { ExtensionApi, HookName, TapOptions } from 'tenon/plugin-api';
import { fakeSession } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { after, call, eventOf, extension, never, startKernel } from './start-kernel.ts';

const session = fakeSession();
const reason = { verdict: 'deny', by: 'first' };

/** What firing gives, by what the first of two taps does. The second one always works. */
interface Row {
  readonly kind: string;
  readonly hook: HookName;
  readonly value: unknown;
  /** What the first tap returns in the outcome `patch`. */
  readonly patch: unknown;
  readonly patched: unknown;
  readonly none: unknown;
  readonly failed: unknown;
}

const start = { session, source: 'startup', context: [], env: { A: '1' } };
const rows: readonly Row[] = [
  {
    kind: 'observe',
    hook: 'Notification',
    value: { kind: 'idle', message: 'hi' },
    patch: { kind: 'other' },
    patched: undefined,
    none: undefined,
    failed: undefined,
  },
  {
    kind: 'sequence',
    hook: 'AppStart',
    value: { mode: 'print', argv: [] },
    patch: { mode: 'other' },
    patched: undefined,
    none: undefined,
    failed: undefined,
  },
  {
    kind: 'transform',
    hook: 'SessionStart',
    value: start,
    patch: { env: { B: '2' }, context: 'note' },
    patched: { ...start, env: { A: '1', B: '2' }, context: [{ text: 'note', by: 'first' }] },
    none: start,
    failed: start,
  },
  {
    kind: 'gate that fails closed',
    hook: 'PreToolUse',
    value: call({ session }),
    patch: { verdict: 'deny', reason: 'no' },
    patched: expect.objectContaining({ verdict: 'deny', reasons: [{ ...reason, reason: 'no' }] }),
    none: expect.objectContaining({ verdict: 'none', reasons: [] }),
    failed: expect.objectContaining({ verdict: 'deny', reasons: [expect.objectContaining(reason)] }),
  },
  {
    kind: 'gate that fails open',
    hook: 'Stop',
    value: { session, lastMessage: '', active: false, context: [], verdict: 'stop', reasons: [] },
    patch: { verdict: 'go-on', reason: 'tests fail' },
    patched: expect.objectContaining({ verdict: 'go-on' }),
    none: expect.objectContaining({ verdict: 'stop' }),
    failed: expect.objectContaining({ verdict: 'stop' }),
  },
  {
    kind: 'decide',
    hook: 'PermissionRequest',
    value: { session, id: 'q', toolUseId: 't', tool: 'Bash', input: {}, reason: '', suggestions: [] },
    patch: { verdict: 'allow' },
    patched: { verdict: 'allow' },
    none: { verdict: 'deny', message: 'second' },
    failed: { verdict: 'deny', message: 'second' },
  },
];

const outcomes: readonly {
  readonly outcome: string;
  readonly act: (row: Row) => unknown;
  readonly expected: 'patched' | 'none' | 'failed';
  readonly code?: string;
}[] = [
  { outcome: 'a value', act: (row) => row.patch, expected: 'patched' },
  { outcome: 'a promise of a value', act: (row) => after(1, row.patch), expected: 'patched' },
  { outcome: 'undefined', act: () => undefined, expected: 'none' },
  { outcome: 'a promise of undefined', act: async () => undefined, expected: 'none' },
  { outcome: 'null', act: () => null, expected: 'none' },
  {
    outcome: 'a throw',
    act: () => {
      throw new Error('broken');
    },
    expected: 'failed',
    code: 'HOOK_FAILED first',
  },
  {
    outcome: 'a rejection',
    act: () => Promise.reject(new Error('broken')),
    expected: 'failed',
    code: 'HOOK_FAILED first',
  },
  { outcome: 'a late answer', act: (row) => after(80, row.patch), expected: 'failed', code: 'HOOK_TIMEOUT first' },
  { outcome: 'no answer ever', act: () => never(), expected: 'failed', code: 'HOOK_TIMEOUT first' },
];

/** A handle of a hook whose name is known at run time only. */
function handle(api: ExtensionApi, hook: HookName) {
  return api.hooks[hook] as unknown as { tap(options: TapOptions, fn: () => unknown): void };
}

describe.each(rows)('$kind: $hook', (row) => {
  test.each(outcomes)('$outcome', async ({ act, expected, code }) => {
    let secondRan = false;
    const first = extension('first', { taps: [row.hook] }, (api) => {
      handle(api, row.hook).tap({ timeout: 25 }, () => act(row));
    });
    const second = extension('second', { taps: [row.hook] }, (api) => {
      handle(api, row.hook).tap({}, () => {
        secondRan = true;
        return row.kind === 'decide' ? { verdict: 'deny', message: 'second' } : undefined;
      });
    });
    const { kernel, codes } = startKernel([first, second]);
    const result: unknown = await kernel.fire(row.hook, row.value as never);
    expect(result).toEqual(row[expected]);
    expect(codes()).toEqual(code === undefined ? [] : [code]);
    // a decision ends the question; everything else reaches every tap
    expect(secondRan).toBe(!(row.kind === 'decide' && expected === 'patched'));
  });
});

describe('stream: SessionEvent', () => {
  const twoReaders = (act: () => unknown) => {
    const seen: string[] = [];
    const first = extension('first', { taps: ['SessionEvent'] }, (api) => {
      api.hooks.SessionEvent.tap((() => act()) as never);
    });
    const second = extension('second', { taps: ['SessionEvent'], activate: ['startup'] }, (api) => {
      api.hooks.SessionEvent.tap(({ event }) => void seen.push(event.type === 'informational' ? event.content : ''));
    });
    return { ...startKernel([first, second]), seen };
  };
  const ready = async (act: () => unknown) => {
    const started = twoReaders(act);
    await started.kernel.fire('SessionEvent', eventOf(session, 'zero'));
    started.seen.length = 0;
    return started;
  };

  test('every tap is called at once, in order, and gives nothing back', async () => {
    const { kernel, seen, codes } = await ready(() => 'ignored');
    expect(kernel.fire('SessionEvent', eventOf(session, 'one'))).toBeUndefined();
    expect(seen).toEqual(['one']);
    expect(codes()).toEqual([]);
  });

  test('a throw is reported and the others still see the event', async () => {
    const { kernel, seen, codes } = await ready(() => {
      throw new Error('broken');
    });
    kernel.fire('SessionEvent', eventOf(session, 'one'));
    expect(seen).toEqual(['one']);
    expect(codes()).toEqual(['HOOK_FAILED first', 'HOOK_FAILED first']);
  });

  test('a promise is a reader that is full: whoever fires waits for it', async () => {
    let empty = () => {};
    let full = false;
    const { kernel } = await ready(() =>
      full
        ? new Promise<void>((resolve) => {
            empty = resolve;
          })
        : undefined,
    );
    full = true;
    const waiting = kernel.fire('SessionEvent', eventOf(session, 'one'));
    expect(waiting).toBeInstanceOf(Promise);
    expect(kernel.extensions.pending()).toEqual([expect.objectContaining({ extension: 'first' })]);
    empty();
    await waiting;
    expect(kernel.extensions.pending()).toEqual([]);
  });

  test('a rejected promise is reported, and does not stop the producer', async () => {
    let broken = false;
    const { kernel, codes } = await ready(() => (broken ? Promise.reject(new Error('broken')) : undefined));
    broken = true;
    await kernel.fire('SessionEvent', eventOf(session, 'one'));
    expect(codes()).toEqual(['HOOK_FAILED first']);
  });

  test('a reader that stays full lets go when its extension is released', async () => {
    let full = false;
    const { kernel } = await ready(() => (full ? never() : undefined));
    full = true;
    const waiting = kernel.fire('SessionEvent', eventOf(session, 'one'));
    await kernel.extensions.release('first');
    await waiting;
  });
});
