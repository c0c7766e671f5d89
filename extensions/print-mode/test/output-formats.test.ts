import { expect, test } from 'vitest';
import { fakeRun, result } from './fake-run.ts';

test('text: the answer and one line end', async () => {
  const run = fakeRun({ args: ['say', 'hello'] });
  expect(await run.code).toBe(0);
  expect(run.written).toEqual({ stdout: 'hello\n', stderr: '' });
  expect(run.log).toEqual(['open {"cwd":"/work"}', 'send say hello', 'close']);
});

test('text: an error is one line on stderr', async () => {
  const run = fakeRun({
    args: ['x'],
    answer: async () => result({ isError: true, result: 'API error 401:\n  set ANTHROPIC_API_KEY' }),
  });
  expect(await run.code).toBe(1);
  expect(run.written).toEqual({ stdout: '', stderr: 'tenon: API error 401: set ANTHROPIC_API_KEY\n' });
});

test('text: calls that nobody could be asked about are named on stderr', async () => {
  const denial = { toolName: 'Bash', toolUseId: 't', toolInput: { command: 'make' } };
  const permissionDenials = [denial, denial, { ...denial, toolName: 'Write' }];
  const run = fakeRun({ args: ['x'], answer: async () => result({ permissionDenials }) });
  expect(await run.code).toBe(0);
  expect(run.written).toEqual({
    stdout: 'hello\n',
    stderr: 'tenon: 3 calls were denied (Bash, Write); --allowedTools and --permission-mode say what may run\n',
  });
});

test('text: too many turns says which flag to raise', async () => {
  const run = fakeRun({
    args: ['x'],
    answer: async () => result({ subtype: 'error_max_turns', isError: true, numTurns: 3, result: '', errors: [] }),
  });
  expect(await run.code).toBe(1);
  expect(run.written.stderr).toBe('tenon: no end after 3 turns; raise --max-turns to let it go on\n');
});

test('text: what steers a terminal does not reach one, and does reach a pipe', async () => {
  const answer = async () => result({ result: 'a\u001b]0;title\u0007b' });
  const shown = fakeRun({ args: ['x'], terminal: true, answer });
  await shown.code;
  expect(shown.written.stdout).toBe('a\ufffd]0;title\ufffdb\n');
  const piped = fakeRun({ args: ['x'], answer });
  await piped.code;
  expect(piped.written.stdout).toBe('a\u001b]0;title\u0007b\n');
});

test('text: structured output is what is printed', async () => {
  const run = fakeRun({
    args: ['x'],
    answer: async () => result({ result: 'Here it is.', structuredOutput: { name: 'Ada' } }),
  });
  expect(await run.code).toBe(0);
  expect(run.written).toEqual({ stdout: '{"name":"Ada"}\n', stderr: '' });
});

test('text: a call that was put off is said, and how to go on', async () => {
  const deferredToolUse = { id: 't1', name: 'Bash', input: {} };
  const run = fakeRun({ args: ['x'], answer: async () => result({ result: 'I ask first.', deferredToolUse }) });
  expect(await run.code).toBe(0);
  expect(run.written.stdout).toBe('I ask first.\n');
  expect(run.written.stderr).toMatch(/^tenon: a call of Bash was put off; go on with --resume [0-9a-f-]{36}\n$/);
});

test('json: the result as one line, errors as well', async () => {
  const good = fakeRun({ args: ['x'], argv: { 'output-format': 'json' } });
  expect(await good.code).toBe(0);
  expect(good.messages()).toEqual([
    expect.objectContaining({ type: 'result', subtype: 'success', result: 'hello', session_id: expect.any(String) }),
  ]);
  const bad = fakeRun({
    args: ['x'],
    argv: { 'output-format': 'json' },
    answer: async () => result({ isError: true, result: 'no key' }),
  });
  expect(await bad.code).toBe(1);
  expect(bad.messages()).toMatchObject([{ is_error: true, result: 'no key' }]);
  expect(bad.written.stderr).toBe('');
});

test('stream-json: init first, then what happened before it, and the result last', async () => {
  const run = fakeRun({
    args: ['x'],
    argv: { 'output-format': 'stream-json' },
    answer: async (_input, _interrupted, emit) => {
      emit({ type: 'stream_event', event: { type: 'message_stop' } });
      emit({ type: 'informational', level: 'warning', content: 'slow' });
      return result();
    },
  });
  expect(await run.code).toBe(0);
  expect(
    run.messages().map(({ type, subtype, content }) => [type, subtype, content].filter(Boolean).join(' ')),
  ).toEqual(['system init', 'system informational resumed', 'system informational slow', 'result success']);
});

test('stream-json: that the session is at work and what hooks did comes before init', async () => {
  const hook = { type: 'hook', hookId: 'h', hookName: 'SessionStart:startup', hookEvent: 'SessionStart' } as const;
  const run = fakeRun({
    args: ['x'],
    argv: { 'output-format': 'stream-json' },
    opening: [
      { ...hook, phase: 'started' },
      { ...hook, phase: 'response', outcome: 'success' },
    ],
    states: true,
  });
  await run.code;
  expect(run.messages().map(({ subtype, state }) => state ?? subtype)).toEqual([
    'hook_started',
    'hook_response',
    'running',
    'init',
    'informational',
    'success',
  ]);
});

test.each([
  ['--include-hook-events', 'include-hook-events'],
  ['--forward-subagent-text', 'forward-subagent-text'],
])('%s needs messages to be in', (name, flag) => {
  expect(() => fakeRun({ args: ['x'], argv: { [flag]: true } })).toThrow(`${name} needs --output-format stream-json`);
});

test('stream-json: pieces of answers on request', async () => {
  const run = fakeRun({
    args: ['x'],
    argv: { 'output-format': 'stream-json', 'include-partial-messages': true },
    answer: async (_input, _interrupted, emit) => {
      for (let n = 0; n < 5000; n++) emit({ type: 'stream_event', event: { type: 'message_stop' } });
      return result();
    },
  });
  await run.code;
  expect(run.messages().filter(({ type }) => type === 'stream_event')).toHaveLength(5000);
});

test('a session that cannot be opened is the error of the run', async () => {
  const run = fakeRun({ args: ['x'], openFails: new Error('no session 123; tenon --resume lists them') });
  await expect(run.code).rejects.toThrow('no session 123');
});
