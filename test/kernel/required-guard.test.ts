import type { Entry } from 'tenon/plugin-api';
import { fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { after, call, extension, never, startKernel } from './start-kernel.ts';

const { manifest } = extension('guard', { required: true, taps: ['PreToolUse', 'Stop', 'Notification'] });
const loads = (load: () => Promise<unknown>): Entry => ({
  manifest,
  origin: { kind: 'user' },
  load: load as Entry['load'],
});
const setups = (setup: () => unknown) => loads(async () => ({ manifest, setup }));

test.each([
  {
    what: 'its module cannot be imported',
    entry: loads(() => Promise.reject(new Error('no such file'))),
    why: /no such file/,
  },
  { what: 'its module has no extension', entry: loads(async () => ({ setup: 'none' })), why: /default export/ },
  {
    what: 'its setup throws',
    entry: setups(() => {
      throw new Error('bad rules');
    }),
    why: /bad rules/,
  },
  { what: 'its setup hangs', entry: setups(() => never()), why: /30 ms/ },
])('a required guard denies when $what', async ({ entry, why }) => {
  const { kernel, codes } = startKernel([entry], { setupLimit: 30 });
  const result = await kernel.fire('PreToolUse', call());
  expect(result.verdict).toBe('deny');
  expect(result.reasons).toEqual([{ verdict: 'deny', by: 'guard', reason: expect.stringMatching(why) }]);
  expect(codes()).toEqual(['SETUP_FAILED guard']);
});

test('one that is not required is missed aloud', async () => {
  const { kernel } = startKernel([
    extension('guard', { taps: ['PreToolUse', 'Stop'] }, () => {
      throw new Error('bad rules');
    }),
  ]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
  const [told] = kernel.extensions.diagnostics();
  expect(told?.message).toMatch(/bad rules; PreToolUse goes on without it, .*"required": true/);
});

test('every session hears of it: the first by its failure, later ones by a line of their own', async () => {
  const { kernel, diagnostics } = startKernel([
    extension('guard', { taps: ['PreToolUse'] }, () => {
      throw new Error('bad rules');
    }),
  ]);
  const first = fakeSession();
  const agent = fakeSession({ parent: first, agent: { id: 'a', type: 'b' } });
  for (const session of [first, first, agent]) await kernel.fire('PreToolUse', call({ session }));
  expect(diagnostics).toHaveLength(1);
  const second = fakeSession();
  for (const session of [second, second, first]) await kernel.fire('PreToolUse', call({ session }));
  expect(diagnostics.slice(1)).toMatchObject([
    {
      level: 'warning',
      message: 'guard does not run (bad rules); in this session, too, PreToolUse goes on without it',
    },
  ]);
});

test('a slow one is waited for', async () => {
  const slow = extension('guard', { required: true, taps: ['PreToolUse'] }, async (api) => {
    await after(30, undefined);
    api.hooks.PreToolUse.tap(({ input }) => (input.command === 'ls' ? undefined : { verdict: 'deny', reason: 'no' }));
  });
  const { kernel, codes } = startKernel([slow]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
  expect((await kernel.fire('PreToolUse', call({ input: { command: 'rm' } }))).verdict).toBe('deny');
  expect(codes()).toEqual([]);
});

test('it denies although other guards allow', async () => {
  const allows = extension('allows', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap({ stage: 'guard' }, () => ({ verdict: 'allow' }));
    api.hooks.PreToolUse.tap({ stage: 'early' }, () => ({ verdict: 'allow' }));
  });
  const { kernel } = startKernel([allows, setups(() => Promise.reject(new Error('no')))]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('deny');
});

test('it denies when a service that it needs is missing', async () => {
  const unmet = extension('guard', { required: true, taps: ['PreToolUse'], requires: ['nothing@1'] });
  const { kernel, codes } = startKernel([unmet]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('deny');
  expect(codes()).toEqual(['MISSING_SERVICE guard']);
});

test('it denies after it was released', async () => {
  const guard = extension('guard', { required: true, taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(() => undefined);
  });
  const { kernel } = startKernel([guard]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
  await kernel.extensions.release('guard');
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('deny');
});

test('it denies when it runs but never made the tap that its manifest declares', async () => {
  const { kernel } = startKernel([extension('guard', { required: true, taps: ['PreToolUse'] })]);
  const { verdict, reasons } = await kernel.fire('PreToolUse', call());
  expect(verdict).toBe('deny');
  expect(reasons[0]?.reason).toMatch(/made no tap/);
});

test('it holds up only the gates that it taps and that fail closed by their last rung', async () => {
  const { kernel } = startKernel([setups(() => Promise.reject(new Error('no')))]);
  const prompt = {
    session: fakeSession(),
    text: 'hi',
    images: [],
    source: 'user',
    context: [],
    verdict: 'none',
    reasons: [],
  } as const;
  expect((await kernel.fire('UserPromptSubmit', prompt)).verdict).toBe('none');
  await kernel.fire('Notification', { kind: 'idle', message: '' });
  // a model that may never stop would not be safer
  const stop = {
    session: fakeSession(),
    lastMessage: '',
    active: false,
    context: [],
    verdict: 'stop',
    reasons: [],
  } as const;
  expect((await kernel.fire('Stop', stop)).verdict).toBe('stop');
});

test('one that is not required only says that it failed', async () => {
  const optional: Entry = {
    ...setups(() => Promise.reject(new Error('no'))),
    manifest: { ...manifest, required: false },
  };
  const { kernel, codes } = startKernel([optional]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
  expect(codes()).toEqual(['SETUP_FAILED guard']);
});
