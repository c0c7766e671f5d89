import { createHarness, fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { eventValues } from './event-values.ts';
import { hookSetup, sh, type TestHook } from './hook-setup.ts';

const log = () => sh('cat >/dev/null; printf x >> log');

async function runs(hooks: readonly TestHook[], more: Parameters<typeof createHarness>[0] = {}, times = 1) {
  const h = await createHarness({ extensions: hookSetup(...hooks), ...more });
  const session = await h.session();
  for (let n = 0; n < times; n++) {
    await h.fire('PostToolUse', eventValues(session).PostToolUse as never);
  }
  return ((await h.project.read('log')) ?? '').length;
}

const hook = (fields: Partial<TestHook> = {}): TestHook => ({ event: 'PostToolUse', handler: log(), ...fields });

test.each<[string, Partial<TestHook>, number]>([
  ['a handler', {}, 1],
  ['of a folder that is not trusted', { origin: { kind: 'project', trusted: false } }, 0],
  ['of another event', { event: 'PreToolUse' }, 0],
  ['of an event that there is not', { event: 'Whatever' }, 0],
  ['whose matcher does not fit', { matcher: 'Edit' }, 0],
  ['whose rule fits', { handler: { ...log(), if: 'Bash(git *)' } }, 1],
  ['whose rule does not fit', { handler: { ...log(), if: 'Bash(ls *)' } }, 0],
  ['of another session', { session: fakeSession() }, 0],
])('%s runs or not', async (_, fields, wanted) => {
  expect(await runs([hook(fields)])).toBe(wanted);
});

test('a rule at an event that is about no tool never fits', async () => {
  const h = await createHarness({
    extensions: hookSetup({ event: 'UserPromptSubmit', handler: { ...sh('echo no >&2; exit 2'), if: 'Bash' } }),
  });
  const session = await h.session();
  const result = await h.fire('UserPromptSubmit', eventValues(session).UserPromptSubmit as never);
  expect((result as { verdict: string }).verdict).toBe('none');
});

test('once means once in a session, and only to skills', async () => {
  const once = { handler: { ...log(), once: true } };
  expect(await runs([hook({ ...once, origin: { kind: 'skill' } })], {}, 3)).toBe(1);
  expect(await runs([hook(once)], {}, 3)).toBe(3);
});

test.each<[string, object, Partial<TestHook>, number]>([
  ['disableAllHooks', { disableAllHooks: true }, {}, 0],
  ['disableAllHooks and the administrator', { disableAllHooks: true }, { origin: { kind: 'managed' } }, 1],
  // only the administrator can say it
  ['allowManagedHooksOnly of a user', { allowManagedHooksOnly: true }, {}, 1],
])('%s', async (_, config, fields, wanted) => {
  expect(await runs([hook(fields)], { config: config as never })).toBe(wanted);
});

test('subagents fire the hooks of the session that they belong to', async () => {
  const h = await createHarness({ extensions: hookSetup(hook({ handler: sh('cat > in.json') })) });
  const root = await h.session();
  const agent = { id: 'agent-1', type: 'Explore' };
  const session = fakeSession({ parent: root, agent, cwd: h.project.dir });
  await h.fire('PostToolUse', eventValues(session).PostToolUse as never);
  expect(JSON.parse((await h.project.read('in.json')) ?? '')).toMatchObject({
    session_id: root.id,
    agent_id: 'agent-1',
    agent_type: 'Explore',
  });
});
