import type { SessionEvent, SessionEventBody } from 'tenon/plugin-api';
import { jsonLine } from 'tenon/plugin-api/lib/json-line';
import { type StreamJsonOptions, streamJsonLine, toStreamJson } from 'tenon/plugin-api/lib/stream-json';
import { expect, test } from 'vitest';

const options: StreamJsonOptions = { version: '1.2.3' };
const everything: StreamJsonOptions = {
  version: '1.2.3',
  partial: true,
  replay: true,
  states: true,
  hooks: true,
  agentText: true,
};
const usage = { input_tokens: 3, output_tokens: 5 };

let seq = 0;
function event(body: SessionEventBody, more: Partial<SessionEvent> = {}): SessionEvent {
  seq++;
  return {
    ...body,
    seq,
    uuid: `00000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
    sessionId: '11111111-1111-4111-8111-111111111111',
    time: Date.UTC(2026, 0, 2, 3, 4, 5),
    parentToolUseId: null,
    ...more,
  } as SessionEvent;
}

function message(content: readonly object[], stop_reason: string | null) {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'model-1',
    content,
    stop_reason,
    stop_sequence: null,
    usage,
  } as Extract<SessionEventBody, { type: 'message' }>['message'];
}

const result: Extract<SessionEventBody, { type: 'result' }> = {
  type: 'result',
  subtype: 'success',
  isError: false,
  result: 'done',
  errors: [],
  durationMs: 120,
  durationApiMs: 100,
  numTurns: 2,
  stopReason: 'end_turn',
  terminalReason: 'completed',
  totalCostUsd: 0.01,
  usage,
  modelUsage: {
    'model-1': {
      inputTokens: 3,
      outputTokens: 5,
      cacheReadInputTokens: 0,
      cacheCreationInputTokens: 0,
      webSearchRequests: 0,
      costUSD: 0.01,
      contextWindow: 200_000,
      maxOutputTokens: 8_000,
    },
  },
  permissionDenials: [{ toolName: 'Bash', toolUseId: 't9', toolInput: { command: 'rm' } }],
};

function bodies(): SessionEvent[] {
  seq = 0;
  const call = { type: 'tool_use', id: 't1', name: 'Read', input: { file_path: '/a' } };
  return [
    event({ type: 'state', state: 'running' }),
    event({
      type: 'user',
      message: { role: 'user', content: 'where' },
      source: 'user',
      isMeta: true,
    }),
    event({ type: 'user', message: { role: 'user', content: 'read it' }, source: 'user' }),
    event({
      type: 'init',
      cwd: '/work',
      model: 'model-1',
      permissionMode: 'default',
      tools: ['Read'],
      apiKeySource: 'none',
      extra: { slash_commands: ['review'], agents: ['explore'] },
    }),
    event({ type: 'stream_event', event: { type: 'content_block_stop', index: 0 }, ttftMs: 9 }),
    event({ type: 'assistant', message: message([call], null), requestId: 'req_1' }),
    event({ type: 'message', message: message([call], 'tool_use'), blocks: ['b1'] }),
    event({ type: 'permission_denied', toolName: 'Bash', toolUseId: 't9', reason: 'a rule' }),
    event({ type: 'tool_progress', toolUseId: 't1', toolName: 'Read', elapsedMs: 1234, note: 'at work' }),
    event({
      type: 'user',
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'A' }] },
      source: 'tool',
      toolUseResult: { lines: 1 },
      decisions: [{ id: 't1', decision: 'allow', source: 'rule' }],
    }),
    event({
      type: 'api_retry',
      attempt: 1,
      maxRetries: 10,
      retryDelayMs: 500,
      errorStatus: 529,
      error: 'overloaded',
    }),
    event({ type: 'informational', level: 'warning', content: 'careful' }),
    event({ type: 'setting', permissionMode: 'plan' }),
    event({ type: 'compact', trigger: 'auto', preTokens: 1000, summary: 's', messages: [] }),
    event({
      type: 'hook',
      phase: 'response',
      hookId: 'h1',
      hookName: 'PreToolUse:Bash',
      hookEvent: 'PreToolUse',
      stdout: 'ok',
      exitCode: 0,
      outcome: 'success',
    }),
    event({ type: 'user', message: { role: 'user', content: 'go on: tests fail' }, source: 'system' }),
    event(
      { type: 'assistant', message: message([{ type: 'text', text: 'inside' }], null) },
      { parentToolUseId: 't1', agentId: 'a1' },
    ),
    event(result),
    event({
      ...result,
      subtype: 'error_max_turns',
      isError: true,
      result: '',
      errors: ['too many turns'],
      terminalReason: 'max_turns',
    }),
  ];
}

const lines = (list: readonly SessionEvent[], wanted: StreamJsonOptions) =>
  list.map((one) => streamJsonLine(one, wanted) ?? '').join('');

test('everything a caller can ask for', async () => {
  await expect(lines(bodies(), everything)).toMatchFileSnapshot('__snapshots__/everything.golden.jsonl');
});

test('what a caller gets who asks for nothing', () => {
  const types = bodies().flatMap((one) => {
    const made = toStreamJson(one, options);
    return made === undefined ? [] : [[made.type, made.subtype].filter(Boolean).join('/')];
  });
  expect(types).toEqual([
    'system/init',
    'assistant',
    'system/permission_denied',
    'tool_progress',
    'user',
    'system/api_retry',
    'system/informational',
    'system/status',
    'system/compact_boundary',
    'user',
    'result/success',
    'result/error_max_turns',
  ]);
});

test('of a subagent a caller sees calls and results, and what it says on request', () => {
  const agent = { agentId: 'a1', parentToolUseId: 'toolu_agent' };
  const user = (content: readonly object[], source: 'system' | 'tool') =>
    ({ type: 'user', message: { role: 'user', content }, source }) as SessionEventBody;
  const own = [
    event({ type: 'state', state: 'running' }, agent),
    event(
      { type: 'init', cwd: '/', model: 'm', permissionMode: 'default', tools: [], apiKeySource: 'none', extra: {} },
      agent,
    ),
    event(user([{ type: 'text', text: 'look' }], 'system'), agent),
    event({ type: 'stream_event', event: { type: 'ping' } }, agent),
    event({ type: 'assistant', message: message([{ type: 'text', text: 'hm' }], null) }, agent),
    event(
      { type: 'assistant', message: message([{ type: 'tool_use', id: 't1', name: 'Read', input: {} }], null) },
      agent,
    ),
    event(user([{ type: 'tool_result', tool_use_id: 't1', content: 'x' }], 'tool'), agent),
    event({ type: 'setting', permissionMode: 'plan' }, agent),
    event(result, agent),
  ];
  const types = (wanted: StreamJsonOptions) => own.map((one) => toStreamJson(one, wanted)?.type);
  const none = undefined;
  expect(types({ ...everything, agentText: false })).toEqual([
    none,
    none,
    none,
    none,
    none,
    'assistant',
    'user',
    none,
    none,
  ]);
  expect(types(everything)).toEqual([none, none, 'user', 'stream_event', 'assistant', 'assistant', 'user', none, none]);
  expect(toStreamJson(own[5]!, everything)).toMatchObject({ agent_id: 'a1', parent_tool_use_id: 'toolu_agent' });
});

test('every message has a session and a uuid', () => {
  for (const one of bodies()) {
    const made = toStreamJson(one, everything);
    if (made !== undefined) expect(made).toMatchObject({ session_id: one.sessionId, uuid: one.uuid });
  }
});

test('an answer that did not stream is sent as a whole', () => {
  const whole = event({
    type: 'message',
    message: message([{ type: 'text', text: 'API error' }], null),
    blocks: [],
    error: 'rate_limit',
  });
  expect(toStreamJson(whole, options)).toMatchObject({ type: 'assistant', error: 'rate_limit' });
});

test('an error result has errors and no result, a success the other way round', () => {
  const [success, failure] = bodies()
    .slice(-2)
    .map((one) => toStreamJson(one, options));
  expect(success).toHaveProperty('result', 'done');
  expect(success).not.toHaveProperty('errors');
  expect(failure).toHaveProperty('errors', ['too many turns']);
  expect(failure).not.toHaveProperty('result');
});

test('a line has one line end, whatever is in the text', () => {
  const line = jsonLine({ text: 'a\nb\u2028c\u2029d' });
  expect(line.match(/[\n\u2028\u2029]/g)).toEqual(['\n']);
  expect(JSON.parse(line)).toEqual({ text: 'a\nb\u2028c\u2029d' });
});
