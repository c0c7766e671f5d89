import type { ExtensionApi } from 'tenon/plugin-api';
import { fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { after, call, eventOf, extension, startKernel } from './start-kernel.ts';

test('making and starting a kernel runs no code of an extension that only taps', async () => {
  let loads = 0;
  const lazy = extension('lazy', { taps: ['PreToolUse'], contributes: { tools: ['Lazy'] } });
  const { kernel, state } = startKernel([
    {
      manifest: lazy.manifest,
      origin: { kind: 'bundled' },
      load: async () => {
        loads++;
        return lazy;
      },
    },
  ]);
  await kernel.start({ mode: 'test', argv: [] });
  await kernel.idle();
  kernel.declared({ id: 'tools', name: () => '', qualify: () => '' });
  expect(loads).toBe(0);
  expect(state('lazy')).toBe('idle');
  await Promise.all([kernel.fire('PreToolUse', call()), kernel.fire('PreToolUse', call())]);
  expect(loads).toBe(1);
  expect(state('lazy')).toBe('active');
});

test('a gate waits for the setup of the guard that declared it: no call slips through', async () => {
  const slow = extension('slow', { taps: ['PreToolUse'] }, async (api) => {
    await after(30, undefined);
    api.hooks.PreToolUse.tap({ stage: 'guard' }, () => ({ verdict: 'deny', reason: 'no' }));
  });
  const { kernel } = startKernel([slow]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('deny');
});

test('events of a stream that are fired while its readers start reach them all, in order', async () => {
  const seen: string[] = [];
  const slow = extension('slow', { taps: ['SessionEvent'] }, async (api) => {
    await after(20, undefined);
    api.hooks.SessionEvent.tap(({ event }) => void seen.push(event.type === 'informational' ? event.content : ''));
  });
  const { kernel } = startKernel([slow]);
  const session = fakeSession();
  const waits = ['1', '2', '3'].map((text) => kernel.fire('SessionEvent', eventOf(session, text)));
  await Promise.all(waits);
  expect(kernel.fire('SessionEvent', eventOf(session, '4'))).toBeUndefined();
  expect(seen).toEqual(['1', '2', '3', '4']);
});

test('`startup` and `idle` start what asks for it, at that time', async () => {
  const early = extension('early', { activate: ['startup'] });
  const later = extension('later', { activate: ['idle'] });
  const { kernel, state } = startKernel([early, later]);
  expect([state('early'), state('later')]).toEqual(['idle', 'idle']);
  await kernel.start({ mode: 'test', argv: [] });
  expect([state('early'), state('later')]).toEqual(['active', 'idle']);
  await kernel.idle();
  expect([state('early'), state('later')]).toEqual(['active', 'active']);
});

test('a hook knows whether anybody taps or declares it', async () => {
  let idle: boolean[] = [];
  const asks = extension('asks', { activate: ['startup'], fires: ['PreToolUse', 'PostToolUse'] }, (api) => {
    idle = [api.hooks.PreToolUse.idle, api.hooks.PostToolUse.idle];
  });
  const { kernel } = startKernel([asks, extension('taps', { taps: ['PreToolUse'] })]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(idle).toEqual([false, true]);
});

test('a hook knows whether a value with a subject would be seen, also by those that have not started', async () => {
  const idleFor: boolean[] = [];
  const look = (api: ExtensionApi) =>
    idleFor.push(...['Read', 'Bash'].map((subject) => api.hooks.PreToolUse.idleFor(subject)));
  let asking: ExtensionApi | undefined;
  const asks = extension('asks', { activate: ['startup'], fires: ['PreToolUse'] }, (api) => {
    asking = api;
  });
  const taps = extension('taps', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap({ match: /^Ba/ }, () => undefined);
  });
  const { kernel } = startKernel([asks, taps]);
  await kernel.start({ mode: 'test', argv: [] });
  look(asking!);
  await kernel.extensions.start('taps');
  look(asking!);
  expect(idleFor).toEqual([false, false, true, false]);
});
