import { expect, onTestFinished, test } from 'vitest';
import { watchLag } from '../../kernel/index.ts';
import { after, extension, startKernel } from './start-kernel.ts';

const block = (ms: number) => {
  const until = Date.now() + ms;
  while (Date.now() < until);
};

test('an extension that blocks the process is named once it lets go', async () => {
  const blocks = extension('blocks', { taps: ['Notification'] }, (api) => {
    api.hooks.Notification.tap(() => block(900));
  });
  const { kernel, diagnostics } = startKernel([blocks]);
  onTestFinished(watchLag(kernel, 200));
  await kernel.fire('Notification', { kind: 'idle', message: '' });
  await expect.poll(() => diagnostics, { timeout: 3_000 }).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({
    extension: 'blocks',
    message: expect.stringMatching(/stood still for \d+ ms; blocks was entered last in Notification/),
  });
});

test('waiting is not blocking', async () => {
  const waits = extension('waits', { taps: ['Notification'] }, (api) => {
    api.hooks.Notification.tap(() => after(900, undefined));
  });
  const { kernel, diagnostics } = startKernel([waits]);
  onTestFinished(watchLag(kernel, 300));
  await kernel.fire('Notification', { kind: 'idle', message: '' });
  expect(diagnostics).toEqual([]);
});
