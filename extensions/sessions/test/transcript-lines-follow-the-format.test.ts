import type { JsonObject, SessionEvent } from 'tenon/plugin-api';
import { jsonLine } from 'tenon/plugin-api/lib/json-line';
import { expect, test } from 'vitest';
import { type TranscriptPlace, transcriptLines } from '../transcript-line.ts';
import { call, Events, text } from './events.ts';

const events = () => new Events('11111111-1111-4111-8111-111111111111');
const place = (more: Partial<TranscriptPlace> = {}): TranscriptPlace => ({
  sessionId: '11111111-1111-4111-8111-111111111111',
  cwd: '/work/app',
  version: '1.2.3',
  entrypoint: 'cli',
  gitBranch: 'main',
  parentUuid: null,
  calls: new Map(),
  ...more,
});

/** Projects events one after the other, as the writer does. */
function project(list: readonly SessionEvent[]): JsonObject[] {
  let parentUuid: string | null = null;
  let calls = new Map<string, string>();
  const all: JsonObject[] = [];
  for (const event of list) {
    for (const line of transcriptLines(event, place({ parentUuid, calls }))) {
      all.push(line);
      if (typeof line.uuid !== 'string') continue;
      parentUuid = line.uuid;
      if (line.type === 'assistant') {
        const { content } = line.message as { content: { id?: string }[] };
        calls = new Map([...calls, ...content.flatMap(({ id }) => (id ? [[id, line.uuid as string] as const] : []))]);
      }
    }
  }
  return all;
}

const golden = (lines: readonly JsonObject[]) => lines.map((line) => jsonLine(line)).join('');

test('a tool turn', async () => {
  const e = events();
  const lines = project([
    e.make({ type: 'setting', title: 'My session' }),
    e.prompt('<system-reminder>where</system-reminder>', { isMeta: true }),
    e.prompt('read it'),
    e.answer('msg_1', [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      text('I will'),
      call('toolu_1'),
      call('toolu_2'),
    ]),
    e.toolResult('toolu_1', 'one', { lines: 1 }),
    e.toolResult('toolu_2', 'two'),
    e.answer('msg_2', [text('done')]),
    e.make({
      type: 'result',
      subtype: 'success',
      isError: false,
      result: 'done',
      errors: [],
      durationMs: 1,
      durationApiMs: 1,
      numTurns: 2,
      stopReason: 'end_turn',
      terminalReason: 'completed',
      totalCostUsd: 0.5,
      usage: { input_tokens: 20, output_tokens: 40 },
      modelUsage: {},
      permissionDenials: [],
    }),
  ]);
  await expect(golden(lines)).toMatchFileSnapshot('__snapshots__/tool-turn.golden.jsonl');
});

test('mode, notes, failure, compaction', async () => {
  const e = events();
  const failed = e.answer('msg_e', [text('API error: overloaded')], { model: '<synthetic>' });
  const lines = project([
    e.prompt('go'),
    e.make({ type: 'setting', permissionMode: 'plan', model: 'model-2' }),
    e.make({ type: 'informational', level: 'warning', content: 'slow network' }),
    { ...failed, error: 'overloaded' } as SessionEvent,
    e.make({
      type: 'compact',
      trigger: 'auto',
      preTokens: 1000,
      summary: 'so far',
      messages: [
        { role: 'user', content: 'so far' },
        { role: 'assistant', content: [text('ok')] },
      ],
    }),
    e.prompt('go on'),
  ]);
  await expect(golden(lines)).toMatchFileSnapshot('__snapshots__/other-lines.golden.jsonl');
});

test('lines of a subagent are marked', () => {
  const e = events();
  const [line] = transcriptLines(e.prompt('look'), place({ agentId: 'a1' }));
  expect(line).toMatchObject({ isSidechain: true, agentId: 'a1', sessionId: '11111111-1111-4111-8111-111111111111' });
});

test('no field but parentUuid is null, because usage reports drop such lines', () => {
  const e = events();
  const message = e.answer('msg_1', [text('hi')], {
    usage: { input_tokens: 1, output_tokens: 2, cache_read_input_tokens: null as unknown as number },
  });
  const [line] = transcriptLines(message, place({ gitBranch: undefined }));
  const { parentUuid, message: written, ...rest } = JSON.parse(jsonLine(line)) as JsonObject;
  expect(parentUuid).toBeNull();
  expect(Object.values(rest)).not.toContain(null);
  expect(rest).not.toHaveProperty('gitBranch');
  expect((written as { usage: object }).usage).toEqual({ input_tokens: 1, output_tokens: 2 });
});

test('blocks without a uuid of their own get different ones', () => {
  const e = events();
  const message = { ...e.answer('msg_1', [text('a'), text('b')]), blocks: [] } as SessionEvent;
  const uuids = transcriptLines(message, place()).map(({ uuid }) => uuid);
  expect(new Set(uuids).size).toBe(2);
  for (const uuid of uuids) expect(uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('events that are not kept give no line', () => {
  const e = events();
  for (const body of [
    { type: 'state', state: 'idle' },
    { type: 'stream_event', event: { type: 'ping' } },
    { type: 'question_closed', id: 'q' },
  ] as const) {
    expect(transcriptLines(e.make(body), place())).toEqual([]);
  }
});
