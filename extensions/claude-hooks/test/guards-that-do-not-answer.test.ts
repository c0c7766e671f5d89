import { createHarness, type HarnessOptions } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { eventValues } from './event-values.ts';
import { hookSetup, sh, type TestHook } from './hook-setup.ts';

/** What is said on standard error, where no surface shows what sessions say. */
const UNANSWERED = /hook (error|gave no answer)/;

async function fire(hook: Partial<TestHook>, config: object = {}, more: HarnessOptions = {}) {
  const own = { event: 'PreToolUse', name: 'user:PreToolUse:0:0', handler: sh('echo oops >&2; exit 3'), ...hook };
  const h = await createHarness({
    extensions: hookSetup(own),
    config: { extensions: { 'claude-hooks': config } },
    expectDiagnostics: own.event === 'SessionEnd' || 'async' in own.handler ? [] : [UNANSWERED],
    ...more,
  });
  const session = await h.session();
  const result = await h.fire(own.event as 'PreToolUse', eventValues(session)[own.event] as never);
  return { h, session, verdict: (result as unknown as { verdict?: string } | undefined)?.verdict };
}

const blocks = { handler: sh('exit 3', { onFailure: 'block' }) };

test.each<[string, object, Partial<TestHook>, string]>([
  ['nobody says anything', {}, {}, 'none'],
  ['the hook says block', {}, blocks, 'deny'],
  ['the user says block', { onFailure: 'block' }, {}, 'deny'],
  ['the user says block for the event', { events: { PreToolUse: 'block' } }, {}, 'deny'],
  ['the user says block for another event', { events: { QueryStart: 'block' } }, {}, 'none'],
  ['the user says block for the hook', { hooks: { 'user:*': 'block' } }, {}, 'deny'],
  [
    'the user says continue for the hook that says block',
    { hooks: { 'user:PreToolUse:0:0': 'continue' } },
    blocks,
    'none',
  ],
  ['one that goes on in the background', { onFailure: 'block' }, { handler: sh('exit 3', { async: true }) }, 'none'],
])('%s', async (_, config, hook, wanted) => {
  expect((await fire(hook, config)).verdict).toBe(wanted);
});

test('a Stop hook that fails never keeps the model at work', async () => {
  expect((await fire({ event: 'Stop' }, { onFailure: 'block' })).verdict).toBe('stop');
});

test('the user is told, and a line is kept', async () => {
  const { h, session } = await fire({});
  const told = h.events.flatMap((event) => (event.type === 'informational' ? [event] : []));
  expect(told).toMatchObject([
    { level: 'warning', content: 'PreToolUse:Bash hook error, it does not count: exit code 3: oops' },
  ]);
  const file = '.claude/tenon/data/claude-hooks/audit.jsonl';
  await expect.poll(() => h.home.read(file)).toBeTruthy();
  expect(JSON.parse((await h.home.read(file)) ?? '')).toMatchObject({
    event: 'PreToolUse',
    hook: 'PreToolUse:Bash',
    handler: 'user:PreToolUse:0:0',
    source: '/home/x/settings.json',
    problem: 'exit code 3: oops',
    counted_as: 'no opinion',
    session_id: session.id,
    tool_use_id: 'toolu_1',
  });
});

test('the file of these lines does not grow for ever', async () => {
  const { AuditLog } = await import('../audit-log.ts');
  const { tempProject } = await import('tenon/test-kit');
  const { stat } = await import('node:fs/promises');
  const { dir } = await tempProject();
  const failed: unknown[] = [];
  const log = new AuditLog(
    async () => dir,
    (error) => failed.push(error),
  );
  for (let n = 0; n < 500; n++) log.add({ problem: 'x'.repeat(10_000) });
  await log.settled();
  const sizes = await Promise.all(
    ['audit.jsonl', 'audit.jsonl.1'].map(async (name) => (await stat(`${dir}/${name}`)).size),
  );
  for (const size of sizes) expect(size).toBeLessThanOrEqual(1_000_000);
  expect(failed).toEqual([]);
});

test('an extension that does not start keeps guarded things from happening', async () => {
  const { manifest } = await import('../manifest.ts');
  const { contributor } = await import('./hook-setup.ts');
  const broken = { manifest, setup: () => Promise.reject(new Error('no disk')) };
  const h = await createHarness({
    extensions: [broken as never, contributor([{ event: 'PreToolUse', handler: sh('exit 0') }])],
    expectDiagnostics: [{ code: 'SETUP_FAILED', extension: 'claude-hooks' }],
  });
  const session = await h.session();
  const result = await h.fire('PreToolUse', eventValues(session).PreToolUse as never);
  expect(result).toMatchObject({ verdict: 'deny', reasons: [{ by: 'claude-hooks' }] });
});

test('the end of a session waits for its hooks as long as they say, and no longer', async () => {
  for (const [handler, limit] of [
    [sh('sleep 30'), 1_500],
    [sh('sleep 30', { timeout: 0.3 }), 300],
  ] as const) {
    const began = performance.now();
    await fire({ event: 'SessionEnd', handler });
    const ms = performance.now() - began;
    expect(ms).toBeGreaterThan(limit);
    expect(ms).toBeLessThan(limit + 5_000);
  }
});
