import { tmpdir } from 'node:os';
import { createHarness, type Harness } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { eventValues } from './event-values.ts';
import { hookSetup, prints, sh, specific, type TestHook } from './hook-setup.ts';

async function fire(
  event: 'PreToolUse' | 'UserPromptSubmit' | 'PermissionRequest',
  hooks: readonly TestHook[],
  more = {},
) {
  const h = await createHarness({ extensions: hookSetup(...hooks), ...more });
  const session = await h.session();
  const result = await h.fire(event, eventValues(session)[event] as never);
  return { h, result: result as unknown as Record<string, unknown> };
}

const pre = (fields: object): TestHook => ({ event: 'PreToolUse', handler: prints(specific('PreToolUse', fields)) });
const says = (verdict: string, more: object = {}): TestHook =>
  pre({ permissionDecision: verdict, permissionDecisionReason: `because ${verdict}`, ...more });

test.each([
  [['allow', 'ask'], 'ask'],
  [['ask', 'allow', 'deny'], 'deny'],
  [['defer', 'ask', 'allow'], 'defer'],
  [['deny', 'defer'], 'deny'],
  [['allow', 'allow'], 'allow'],
])('%j is %s, with the reason of whoever said so', async (verdicts, wanted) => {
  // two that are alike run once
  const hooks = verdicts.map((verdict, n) => says(verdict, { additionalContext: `context ${n}` }));
  const { result } = await fire('PreToolUse', hooks);
  expect(result.verdict).toBe(wanted);
  expect(result.reasons).toMatchObject([{ reason: `because ${wanted}` }]);
  const context = (result.context as { text: string }[]).map(({ text }) => text);
  expect(context).toHaveLength(verdicts.length);
  for (const n of verdicts.keys()) expect(context[n]).toContain(`context ${n}`);
});

test('all reasons of a refusal are kept', async () => {
  const { result } = await fire('PreToolUse', [
    { event: 'PreToolUse', handler: sh('echo one >&2; exit 2') },
    says('allow'),
    { event: 'PreToolUse', handler: prints({ decision: 'block', reason: 'two' }) },
  ]);
  expect(result).toMatchObject({ verdict: 'deny', reasons: [{ reason: 'one\ntwo' }] });
});

test('an allow that did not see the input that will be used is none', async () => {
  const input = { command: 'rm -rf x' };
  const { result } = await fire('PreToolUse', [says('allow'), pre({ updatedInput: input })]);
  expect(result).toMatchObject({ verdict: 'none', input });
});

test('nobody who asks a user is outvoted by a hook', async () => {
  const { result } = await fire('PermissionRequest', [
    { event: 'PermissionRequest', handler: prints(specific('PermissionRequest', { decision: { behavior: 'allow' } })) },
    {
      event: 'PermissionRequest',
      handler: prints(specific('PermissionRequest', { decision: { behavior: 'deny', message: 'no' } })),
    },
  ]);
  expect(result).toEqual({ verdict: 'deny', message: 'no' });
});

async function runsOf(hooks: readonly TestHook[]): Promise<{ h: Harness; lines: number }> {
  const { h } = await fire('UserPromptSubmit', hooks);
  return { h, lines: ((await h.project.read('log')) ?? '').length };
}

const log = (more: object = {}) => sh('cat >/dev/null; printf x >> log', more);
const from = (kind: 'user' | 'project' | 'local' | 'managed', handler = log()): TestHook => ({
  event: 'UserPromptSubmit',
  handler,
  name: `${kind}:UserPromptSubmit:${Math.random()}`,
  origin: { kind, file: `/${kind}/settings.json` },
});
const plugin = (name: string): TestHook => {
  const root = `/plugins/${name}`;
  const own = { id: `${name}@m`, name, root, data: tmpdir(), options: {}, sensitive: [] };
  return { ...from('user'), name: `${name}:0`, origin: { kind: 'plugin', plugin: own } };
};

test.each<[string, readonly TestHook[], number]>([
  ['the same in two settings files', [from('user'), from('project')], 1],
  ['twice in one file', [from('user'), from('user'), from('user')], 1],
  ['with another time limit', [from('user'), from('local', log({ timeout: 5 }))], 1],
  ['another command', [from('user'), from('user', sh('cat >/dev/null; printf y >> log'))], 2],
  ['that of a plugin is one of its own', [from('user'), plugin('acme')], 2],
  ['two plugins', [plugin('acme'), plugin('other')], 2],
])('%s', async (_, hooks, wanted) => {
  expect((await runsOf(hooks)).lines).toBe(wanted);
});

test('of two that are alike, the one that fails closed counts', async () => {
  const fails = (more: object = {}) => sh('exit 7', more);
  const hooks = [from('user', fails()), from('project', fails({ onFailure: 'block' }))];
  const { result } = await fire('UserPromptSubmit', hooks, { expectDiagnostics: [/counts as a refusal/] });
  expect(result.verdict).toBe('deny');
});
