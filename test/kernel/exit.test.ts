import { expect, test } from 'vitest';
import { extension, never, startKernel } from './start-kernel.ts';

const start = { mode: 'print', argv: ['-p'] };

test('AppStart tells mode and arguments, AppExit code and reason', async () => {
  const seen: unknown[] = [];
  const one = extension('one', { taps: ['AppStart', 'AppExit'] }, (api) => {
    api.hooks.AppStart.tap((value) => void seen.push(value));
    api.hooks.AppExit.tap((value) => void seen.push(value));
  });
  const { kernel } = startKernel([one]);
  await kernel.start(start);
  await kernel.exit({ code: 3, reason: 'done' });
  expect(seen).toEqual([start, { code: 3, reason: 'done' }]);
});

test('everything is released in reverse', async () => {
  const undone: string[] = [];
  const extensions = ['one', 'two', 'three'].map((id) =>
    extension(id, { activate: ['startup'] }, (api) => api.own(() => void undone.push(id))),
  );
  const { kernel, state } = startKernel(extensions);
  await kernel.start(start);
  await kernel.exit({ code: 0, reason: 'done' });
  expect(undone).toEqual(['three', 'two', 'one']);
  expect(state('one')).toBe('released');
});

test('an extension that never ran is not started to be told', async () => {
  let loads = 0;
  const lazy = extension('lazy', { taps: ['AppExit'] }, () => void loads++);
  const { kernel } = startKernel([lazy]);
  await kernel.exit({ code: 0, reason: 'done' });
  expect(loads).toBe(0);
});

test('one that hangs at the exit is given up and named, and the others are told', async () => {
  const told: string[] = [];
  const stuck = extension('stuck', { taps: ['AppExit'], activate: ['startup'] }, (api) => {
    api.hooks.AppExit.tap({ timeout: 20 }, () => never());
    api.own(() => never());
  });
  const fine = extension('fine', { taps: ['AppExit'], activate: ['startup'] }, (api) => {
    api.hooks.AppExit.tap(() => void told.push('fine'));
    api.own(() => void told.push('undone'));
  });
  const { kernel, codes } = startKernel([fine, stuck]);
  await kernel.start(start);
  await kernel.exit({ code: 0, reason: 'done' });
  expect(told).toEqual(['fine', 'undone']);
  expect(codes()).toEqual(['HOOK_TIMEOUT stuck', 'DISPOSE_FAILED stuck']);
});

test('exiting twice does no harm', async () => {
  let undone = 0;
  const one = extension('one', { activate: ['startup'] }, (api) => api.own(() => void undone++));
  const { kernel } = startKernel([one]);
  await kernel.start(start);
  await kernel.exit({ code: 0, reason: 'done' });
  await kernel.exit({ code: 0, reason: 'again' });
  expect(undone).toBe(1);
});

test('an exit while an extension starts waits for it, and undoes it', async () => {
  let undone = false;
  let go = () => {};
  const slow = extension('slow', { activate: ['startup'] }, async (api) => {
    api.own(() => {
      undone = true;
    });
    await new Promise<void>((resolve) => {
      go = resolve;
    });
  });
  const { kernel } = startKernel([slow]);
  const started = kernel.start(start);
  await expect.poll(() => kernel.extensions.pending()).toHaveLength(1);
  const exited = kernel.exit({ code: 0, reason: 'done' });
  go();
  await Promise.all([started, exited]);
  expect(undone).toBe(true);
});
