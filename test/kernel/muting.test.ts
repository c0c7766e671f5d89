import { fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { call, extension, startKernel } from './start-kernel.ts';

const notice = (session = fakeSession()) => ({ session, kind: 'idle', message: '' });

/** Fails as long as `failing` is set. */
function shaky() {
  const state = { failing: true, runs: 0 };
  const one = extension('shaky', { taps: ['Notification'] }, (api) => {
    api.hooks.Notification.tap(() => {
      state.runs++;
      if (state.failing) throw new Error('again');
    });
  });
  return { one, state };
}

test('after three failures in a row a tap is left out, which is said once', async () => {
  const { one, state } = shaky();
  const { kernel, codes, messages } = startKernel([one]);
  const session = fakeSession();
  for (let i = 0; i < 6; i++) await kernel.fire('Notification', notice(session));
  expect(state.runs).toBe(3);
  expect(codes()).toEqual(['HOOK_FAILED shaky', 'HOOK_FAILED shaky', 'HOOK_FAILED shaky', 'MUTED shaky']);
  expect(messages('MUTED')[0]).toMatch(/shaky.*3 times.*Notification/);
});

test('a success in between starts the count again', async () => {
  const { one, state } = shaky();
  const { kernel, codes } = startKernel([one]);
  const session = fakeSession();
  for (const failing of [true, true, false, true, true]) {
    state.failing = failing;
    await kernel.fire('Notification', notice(session));
  }
  expect(state.runs).toBe(5);
  expect(codes()).not.toContain('MUTED shaky');
});

test('it is left out of that session only', async () => {
  const { one, state } = shaky();
  const { kernel } = startKernel([one]);
  const session = fakeSession();
  for (let i = 0; i < 4; i++) await kernel.fire('Notification', notice(session));
  state.failing = false;
  await kernel.fire('Notification', notice(fakeSession()));
  expect(state.runs).toBe(4);
});

test('only the tap that failed is left out, not the others of its extension', async () => {
  let good = 0;
  const mixed = extension('mixed', { taps: ['Notification'] }, (api) => {
    api.hooks.Notification.tap(() => Promise.reject(new Error('bad')));
    api.hooks.Notification.tap(() => void good++);
  });
  const { kernel } = startKernel([mixed]);
  const session = fakeSession();
  for (let i = 0; i < 5; i++) await kernel.fire('Notification', notice(session));
  expect(good).toBe(5);
});

test('a gate is never left out: it goes on denying', async () => {
  let runs = 0;
  const broken = extension('broken', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(() => {
      runs++;
      throw new Error('again');
    });
  });
  const { kernel, codes } = startKernel([broken]);
  const session = fakeSession();
  for (let i = 0; i < 5; i++) expect((await kernel.fire('PreToolUse', call({ session }))).verdict).toBe('deny');
  expect(runs).toBe(5);
  expect(codes()).not.toContain('MUTED broken');
});
