import { service, Tools } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { after, call, extension, never, startKernel, tool } from './start-kernel.ts';

const thing = service<object>('thing@1');

test('what an extension owns is undone in reverse, one after the other', async () => {
  const undone: string[] = [];
  const owner = extension('owner', { activate: ['startup'] }, (api) => {
    api.own(() => void undone.push('first'));
    api.own({ dispose: () => after(20, undefined).then(() => void undone.push('second')) });
    api.own(() => void undone.push('third'));
  });
  const { kernel } = startKernel([owner]);
  await kernel.start({ mode: 'test', argv: [] });
  await kernel.extensions.release('owner');
  expect(undone).toEqual(['third', 'second', 'first']);
});

test('everything that a failed setup registered is undone', async () => {
  const undone: string[] = [];
  let signal: AbortSignal | undefined;
  const broken = extension(
    'broken',
    { taps: ['PreToolUse'], provides: ['thing@1'], contributes: { tools: ['Broken'] } },
    (api) => {
      api.own(() => void undone.push('resource'));
      signal = api.signal;
      api.hooks.PreToolUse.tap(() => ({ verdict: 'deny', reason: 'half a guard' }));
      api.provide(thing, {});
      api.add(Tools, tool('Broken'));
      throw new Error('half way');
    },
  );
  const { kernel, codes } = startKernel([broken]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
  await expect(kernel.use(thing)).rejects.toMatchObject({ code: 'NO_SERVICE' });
  expect(await kernel.items(Tools)).toEqual([]);
  expect(undone).toEqual(['resource']);
  expect(signal?.aborted).toBe(true);
  expect(codes()).toEqual(['SETUP_FAILED broken']);
});

test('what setup registers is not in force before setup is done', async () => {
  let during: unknown;
  const slow = extension('slow', { provides: ['thing@1'] }, async (api) => {
    api.provide(thing, {});
    during = api.maybe(thing);
    await after(10, undefined);
  });
  const { kernel } = startKernel([slow]);
  await kernel.use(thing);
  expect(during).toBeUndefined();
  expect(kernel.maybe(thing)).toBeDefined();
});

test('a registration can be taken back at any time, and twice is once', async () => {
  const taps: { dispose(): void | Promise<void> }[] = [];
  const one = extension('one', { taps: ['PreToolUse'], contributes: { tools: ['One'] } }, (api) => {
    taps.push(api.hooks.PreToolUse.tap(() => ({ verdict: 'deny', reason: 'no' })));
    taps.push(api.add(Tools, tool('One')));
  });
  const { kernel } = startKernel([one]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('deny');
  expect(await kernel.item(Tools, 'One')).toBeDefined();
  for (const tap of [...taps, ...taps]) await tap.dispose();
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
  expect(await kernel.item(Tools, 'One')).toBeUndefined();
});

test('a tap taken back while its setup still runs is never in force', async () => {
  const fickle = extension('fickle', { taps: ['PreToolUse'] }, (api) => {
    void api.hooks.PreToolUse.tap(() => ({ verdict: 'deny', reason: 'no' })).dispose();
  });
  const { kernel } = startKernel([fickle]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
});

test('a released extension can register nothing any more', async () => {
  let late = () => {};
  let undone = false;
  const zombie = extension('zombie', { activate: ['startup'], taps: ['PreToolUse'] }, (api) => {
    late = () => {
      api.hooks.PreToolUse.tap(() => ({ verdict: 'deny', reason: 'boo' }));
      api.own(() => {
        undone = true;
      });
    };
  });
  const { kernel } = startKernel([zombie]);
  await kernel.start({ mode: 'test', argv: [] });
  await kernel.extensions.release('zombie');
  late();
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
  expect(undone).toBe(true);
});

test('a dispose that hangs or throws is given up after two seconds and said; the rest is undone', async () => {
  const undone: string[] = [];
  const stuck = extension('stuck', { activate: ['startup'] }, (api) => {
    api.own(() => void undone.push('first'));
    api.own(() => never());
    api.own(() => {
      throw new Error('broken');
    });
    api.own(() => void undone.push('last'));
  });
  const { kernel, codes, messages } = startKernel([stuck]);
  await kernel.start({ mode: 'test', argv: [] });
  const began = performance.now();
  await kernel.extensions.release('stuck');
  expect(performance.now() - began).toBeGreaterThan(1_900);
  expect(undone).toEqual(['last', 'first']);
  expect(codes()).toEqual(['DISPOSE_FAILED stuck', 'DISPOSE_FAILED stuck']);
  expect(messages('DISPOSE_FAILED')).toEqual([expect.stringContaining('broken'), expect.stringContaining('in time')]);
});
