import type { SessionRef } from 'tenon/plugin-api';
import { fakeSession } from 'tenon/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { after, call, extension, startKernel } from './start-kernel.ts';

/** Taps PreToolUse for one session. */
function scoped(session: SessionRef) {
  const seen: string[] = [];
  const one = extension('scoped', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap({ session }, (value) => void seen.push(value.id));
  });
  return { one, seen };
}

test('a tap for one session is not called for others', async () => {
  const [mine, other] = [fakeSession(), fakeSession()];
  const { one, seen } = scoped(mine);
  const { kernel } = startKernel([one]);
  await kernel.fire('PreToolUse', call({ session: mine, id: 'mine' }));
  await kernel.fire('PreToolUse', call({ session: other, id: 'other' }));
  expect(seen).toEqual(['mine']);
});

test('it is called for subagents of the session, at any depth', async () => {
  const root = fakeSession();
  const child = fakeSession({ parent: root });
  const { one, seen } = scoped(root);
  const { kernel } = startKernel([one]);
  await kernel.fire('PreToolUse', call({ session: fakeSession({ parent: child }), id: 'grandchild' }));
  await kernel.fire('PreToolUse', call({ session: fakeSession({ parent: fakeSession() }), id: 'stranger' }));
  expect(seen).toEqual(['grandchild']);
});

test('it goes with the session', async () => {
  const session = fakeSession();
  const { one, seen } = scoped(session);
  const { kernel } = startKernel([one]);
  await kernel.fire('PreToolUse', call({ session }));
  await kernel.fire('SessionEnd', { session, reason: 'other' });
  await kernel.fire('PreToolUse', call({ session }));
  expect(seen).toEqual(['toolu_1']);
  expect(kernel.extensions.profile()).toEqual([]);
});

test('the end of one session leaves the taps of others', async () => {
  const session = fakeSession();
  const { one, seen } = scoped(session);
  const { kernel } = startKernel([one]);
  await kernel.fire('PreToolUse', call({ session }));
  await kernel.fire('SessionEnd', { session: fakeSession({ parent: session }), reason: 'other' });
  await kernel.fire('PreToolUse', call({ session }));
  expect(seen).toHaveLength(2);
});

test('sessions that run side by side get their own answers', async () => {
  const warnings: unknown[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning.message);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  const echo = extension('echo', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(async ({ id, session }) => {
      await after(
        session.state('echo', () => 20 - Number(id)),
        undefined,
      );
      return { context: id };
    });
  });
  const { kernel } = startKernel([echo]);
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) => kernel.fire('PreToolUse', call({ session: fakeSession(), id: String(i) }))),
  );
  expect(results.map(({ context }) => context[0]?.text)).toEqual(results.map((_, i) => String(i)));
  // many waits on one signal are no leak, and Node must not say so to the user
  expect(warnings).toEqual([]);
});

test('`match` calls a tap only for its subject', async () => {
  const seen: string[] = [];
  const picky = extension('picky', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap({ match: 'Bash' }, ({ id }) => void seen.push(`text ${id}`));
    // a global pattern keeps a position, which must not make it skip every second call
    api.hooks.PreToolUse.tap({ match: /^mcp__/g }, ({ id }) => void seen.push(`pattern ${id}`));
  });
  const { kernel } = startKernel([picky]);
  await kernel.fire('PreToolUse', call({ tool: 'Bash', id: '1' }));
  await kernel.fire('PreToolUse', call({ tool: 'BashOutput', id: '2' }));
  await kernel.fire('PreToolUse', call({ tool: 'mcp__git__log', id: '3' }));
  await kernel.fire('PreToolUse', call({ tool: 'mcp__git__log', id: '4' }));
  expect(seen).toEqual(['text 1', 'pattern 3', 'pattern 4']);
});
