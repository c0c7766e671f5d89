import { createHarness } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { mappingOf } from '../event-table.ts';
import { endLimit, limitOf } from '../time-limits.ts';
import { eventValues } from './event-values.ts';
import { hookSetup, itemOf, sh, type TestHook } from './hook-setup.ts';

const guard: TestHook = { event: 'PreToolUse', matcher: 'Bash', name: 'user:PreToolUse:0:0', handler: sh('exit 0') };

const program = (hooks: readonly TestHook[]) => createHarness({ extensions: hookSetup(...hooks), bundled: ['cli'] });

test('hooks lists what there is, what is off and what is odd', async () => {
  const h = await program([
    guard,
    { event: 'Stopp', name: 'user:Stopp:0:0', handler: sh('x') },
    { event: 'SessionStart', name: 'p:SessionStart:0:0', handler: { type: 'prompt', prompt: 'hm' } },
    {
      event: 'Stop',
      name: 'project:Stop:0:0',
      handler: sh('evil\u001b[2J'),
      origin: { kind: 'project', trusted: false },
    },
    { event: 'FileChanged', name: 'user:FileChanged:0:0', matcher: '.env', handler: sh('y') },
    { event: 'PreToolUse', name: 'user:PreToolUse:1:0', matcher: '(', handler: sh('z') },
  ]);
  expect(await h.run('hooks')).toBe(0);
  expect(h.stdout).toContain('Bash  command: exit 0');
  expect(h.stdout).toContain('Stopp is no event of this program');
  expect(h.stdout).toContain('"prompt" do not run at SessionStart; possible are command, mcp_tool');
  expect(h.stdout).toContain('does not run: its folder is not trusted');
  expect(h.stdout).toContain('nothing fires this event yet');
  expect(h.stdout).toContain('no valid regular expression');
  expect(h.stdout).not.toContain('\u001b');
});

test('hooks --json has the same as data', async () => {
  const h = await program([guard]);
  expect(await h.run('hooks', '--json')).toBe(0);
  expect(JSON.parse(h.stdout)).toMatchObject({
    hooks: [
      {
        ...{ name: 'user:PreToolUse:0:0', event: 'PreToolUse', matcher: 'Bash', type: 'command', runs: 'exit 0' },
        ...{ file: '/home/x/settings.json', trusted: true },
      },
    ],
    pendingEvents: expect.arrayContaining(['FileChanged']),
  });
});

test('hooks --profile shows how long hooks and extensions took in earlier sessions', async () => {
  const h = await program([guard]);
  expect(await h.run('hooks', '--profile')).toBe(0);
  expect(h.stdout).toBe('No session with hooks is kept yet.\n');
  const session = await h.open();
  for (let n = 0; n < 3; n++) await h.fire('PreToolUse', eventValues(session).PreToolUse as never);
  await session.close('other');
  expect(await h.run('hooks', '--profile', '--json')).toBe(0);
  const { sessions } = JSON.parse(h.stdout.slice(h.stdout.indexOf('{'))) as {
    sessions: { handlers: object[]; taps: { extension: string; hook: string }[] }[];
  };
  expect(sessions[0]?.handlers).toMatchObject([
    {
      ...{ handler: 'user:PreToolUse:0:0', event: 'PreToolUse', runs: 3, failures: 0, blocks: 0 },
      ...{ p50Ms: expect.any(Number), p95Ms: expect.any(Number), contextTokens: 0 },
    },
  ]);
  expect(sessions[0]?.taps).toContainEqual(
    expect.objectContaining({ extension: 'claude-hooks', hook: 'PreToolUse', runs: 3 }),
  );
});

test('surfaces are shown each run, under one id', async () => {
  const h = await createHarness({
    extensions: hookSetup({ event: 'PreToolUse', handler: sh('echo out; echo err >&2; exit 2') }),
  });
  const session = await h.session();
  await h.fire('PreToolUse', eventValues(session).PreToolUse as never);
  const shown = h.events.filter((event) => event.type === 'hook');
  const same = { hookName: 'PreToolUse:Bash', hookEvent: 'PreToolUse', hookId: shown[0]?.hookId };
  expect(shown).toMatchObject([
    { ...same, phase: 'started' },
    { ...same, phase: 'response', stdout: 'out\n', stderr: 'err\n', exitCode: 2, outcome: 'success' },
  ]);
});

test('time limits are those of the format', () => {
  const limit = (event: string, type: string, timeout?: number) =>
    limitOf(
      itemOf({ event, handler: { type, ...(timeout !== undefined && { timeout }) } as never }),
      mappingOf(event)!,
    );
  expect(limit('PreToolUse', 'command')).toBe(600_000);
  expect(limit('UserPromptSubmit', 'command')).toBe(30_000);
  expect(limit('MessageDisplay', 'http')).toBe(10_000);
  expect(limit('Stop', 'prompt')).toBe(30_000);
  expect(limit('Stop', 'agent')).toBe(60_000);
  expect(limit('QueryStart', 'command')).toBe(15_000);
  expect(limit('QueryEnd', 'command')).toBe(10_000);
  expect(limit('PreToolUse', 'command', 2.5)).toBe(2_500);
  expect(limit('PreToolUse', 'command', -1)).toBe(600_000);
  expect(limit('PreToolUse', 'command', 1e12)).toBeLessThan(2 ** 31);
});

test('the end of a session is prolonged by settings files, not by plugins', () => {
  const end = (timeout: number, kind: 'user' | 'plugin') =>
    itemOf({ event: 'SessionEnd', handler: sh('x', { timeout }), origin: { kind } });
  expect(endLimit([], {})).toBe(1_500);
  expect(endLimit([end(5, 'user'), end(3, 'user')], {})).toBe(5_000);
  expect(endLimit([end(500, 'user')], {})).toBe(60_000);
  expect(endLimit([end(5, 'plugin')], {})).toBe(1_500);
  expect(endLimit([end(5, 'user')], { CLAUDE_CODE_SESSIONEND_HOOKS_TIMEOUT_MS: '200' })).toBe(200);
});
