import { fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { after, call, extension, never, startKernel } from './start-kernel.ts';

/** A guard that never answers, and the signal of its last call. */
function hangs(timeout: number) {
  const seen: { signal?: AbortSignal } = {};
  const stuck = extension('stuck', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap({ timeout }, (_value, { signal }) => {
      seen.signal = signal;
      return never();
    });
  });
  return { stuck, seen };
}

test('a tap that takes too long is told through its signal, and named', async () => {
  const { stuck, seen } = hangs(20);
  const { kernel, messages } = startKernel([stuck]);
  const result = await kernel.fire('PreToolUse', call());
  expect(result.reasons).toEqual([{ verdict: 'deny', by: 'stuck', reason: expect.stringMatching(/stuck.*20 ms/) }]);
  expect(seen.signal?.aborted).toBe(true);
  expect(messages('HOOK_TIMEOUT')[0]).toMatch(/stuck.*20 ms.*PreToolUse/);
});

test('the answer that comes too late is dropped', async () => {
  const slow = extension('slow', { taps: ['PermissionRequest'] }, (api) => {
    api.hooks.PermissionRequest.tap({ timeout: 15 }, () => after(40, { verdict: 'allow' } as const));
  });
  const { kernel } = startKernel([slow]);
  const question = { id: 'q', toolUseId: 't', tool: 'Bash', input: {}, reason: '', suggestions: [] };
  const answer = await kernel.fire('PermissionRequest', { ...question, session: fakeSession() });
  await after(60, undefined);
  expect(answer).toBeUndefined();
});

test('every tap has its own limit: one that is late takes no time from the next', async () => {
  const { stuck } = hangs(30);
  const patient = extension('patient', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap({ timeout: 500 }, () => after(40, { context: 'in time' }));
  });
  const { kernel, codes } = startKernel([stuck, patient]);
  const result = await kernel.fire('PreToolUse', call());
  expect(result.context).toEqual([{ text: 'in time', by: 'patient' }]);
  expect(codes()).toEqual(['HOOK_TIMEOUT stuck']);
});

test('an interrupt of the session ends a tap without a limit; a gate then denies and nobody is blamed', async () => {
  const { stuck, seen } = hangs(0);
  const interrupt = new AbortController();
  const { kernel, codes } = startKernel([stuck]);
  const fired = kernel.fire('PreToolUse', call({ session: fakeSession({ signal: interrupt.signal }) }));
  await expect.poll(() => seen.signal).toBeDefined();
  expect(seen.signal?.aborted).toBe(false);
  interrupt.abort();
  expect((await fired).verdict).toBe('deny');
  expect(seen.signal?.aborted).toBe(true);
  expect(codes()).toEqual([]);
});

test('a release ends the taps of the released extension', async () => {
  const { stuck, seen } = hangs(0);
  const { kernel } = startKernel([stuck]);
  const fired = kernel.fire('PreToolUse', call());
  await expect.poll(() => seen.signal).toBeDefined();
  await kernel.extensions.release('stuck');
  expect((await fired).verdict).toBe('deny');
  expect(seen.signal?.aborted).toBe(true);
});

test('a hook that is fired after an interrupt still runs', async () => {
  const ended: string[] = [];
  const tidy = extension('tidy', { taps: ['QueryEnd'] }, (api) => {
    api.hooks.QueryEnd.tap(async ({ outcome }, { signal }) => {
      await after(5, undefined);
      if (!signal.aborted) ended.push(outcome);
    });
  });
  const { kernel } = startKernel([tidy]);
  await kernel.fire('QueryEnd', {
    session: fakeSession({ signal: AbortSignal.abort() }),
    turns: 1,
    usage: { input_tokens: 0, output_tokens: 0 },
    totalCostUsd: 0,
    durationMs: 0,
    lastMessage: '',
    outcome: 'interrupted',
  });
  expect(ended).toEqual(['interrupted']);
});

test('a setup that takes too long is undone, and named', async () => {
  let undone = false;
  const stuck = extension('stuck', { activate: ['startup'] }, (api) => {
    api.own(() => {
      undone = true;
    });
    return never();
  });
  const fine = extension('fine', { activate: ['startup'] });
  const { kernel, messages, state } = startKernel([stuck, fine], { setupLimit: 30 });
  await kernel.start({ mode: 'test', argv: [] });
  expect([state('stuck'), state('fine')]).toEqual(['failed', 'active']);
  expect(undone).toBe(true);
  expect(messages('SETUP_FAILED')[0]).toMatch(/stuck.*30 ms/);
});

test('a module that never loads is given up like a setup', async () => {
  const { manifest } = extension('stuck', { activate: ['startup'] });
  const { kernel, codes } = startKernel([{ manifest, origin: { kind: 'bundled' }, load: () => never() }], {
    setupLimit: 30,
  });
  await kernel.start({ mode: 'test', argv: [] });
  expect(codes()).toEqual(['SETUP_FAILED stuck']);
});

test('waits are listed with who is waited for, where and how long', async () => {
  const { stuck } = hangs(60);
  const { kernel } = startKernel([stuck]);
  const fired = kernel.fire('PreToolUse', call());
  await expect
    .poll(() => kernel.extensions.pending())
    .toEqual([{ extension: 'stuck', what: expect.stringContaining('PreToolUse'), ms: expect.any(Number) }]);
  await fired;
  expect(kernel.extensions.pending()).toEqual([]);
});

test('a start that takes its time is listed too', async () => {
  const slow = extension('slow', { activate: ['startup'] }, () => after(30, undefined));
  const { kernel } = startKernel([slow]);
  const started = kernel.start({ mode: 'test', argv: [] });
  await expect.poll(() => kernel.extensions.pending()).toEqual([expect.objectContaining({ extension: 'slow' })]);
  await started;
  expect(kernel.extensions.pending()).toEqual([]);
});

test('who blocked the process can be named', async () => {
  const blocks = extension('blocks', { taps: ['Notification'] }, (api) => {
    api.hooks.Notification.tap(() => {
      const until = performance.now() + 20;
      while (performance.now() < until);
    });
  });
  const { kernel } = startKernel([blocks]);
  const before = Date.now();
  await kernel.fire('Notification', { kind: 'idle', message: '' });
  expect(kernel.lastEntered).toMatchObject({ extension: 'blocks', hook: 'Notification' });
  expect(kernel.lastEntered.at).toBeGreaterThanOrEqual(before);
  expect(kernel.extensions.profile()).toEqual([expect.objectContaining({ extension: 'blocks', runs: 1 })]);
  expect(kernel.extensions.profile()[0]?.maxMs).toBeGreaterThanOrEqual(15);
});
