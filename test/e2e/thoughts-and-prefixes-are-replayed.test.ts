import { createHarness } from 'tenon/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import headless from '../../distros/headless.ts';
import { eventStream, startModelServer, type Turn } from '../fixtures/model-server/server.mjs';

const ODD = '{"a": "\\u00e9\\/", "n": 1.50, "e": "🌍"}';

let answers = 0;

/** An answer whose blocks are streamed in pieces, as the API does it. */
function answer(blocks: readonly object[], stopReason: string): Turn {
  const events: { readonly type: string; readonly [field: string]: unknown }[] = [
    {
      type: 'message_start',
      message: {
        id: `msg_${++answers}`,
        type: 'message',
        role: 'assistant',
        model: 'claude-test',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 5, output_tokens: 1 },
      },
    },
  ];
  blocks.forEach((given, index) => {
    const block = given as Record<string, string>;
    const empty = { ...block };
    const deltas: object[] = [];
    const cut = (text: string) => [text.slice(0, 7), text.slice(7)].filter((piece) => piece !== '');
    if (block.type === 'thinking') {
      Object.assign(empty, { thinking: '', signature: '' });
      deltas.push(...cut(block.thinking!).map((thinking) => ({ type: 'thinking_delta', thinking })));
      deltas.push({ type: 'signature_delta', signature: block.signature });
    } else if (block.type === 'text') {
      empty.text = '';
      deltas.push(...cut(block.text!).map((text) => ({ type: 'text_delta', text })));
    } else if (block.type === 'tool_use') {
      deltas.push(
        ...cut(JSON.stringify(block.input)).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      );
      Object.assign(empty, { input: {} });
    }
    events.push({ type: 'content_block_start', index, content_block: empty });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
  });
  events.push({
    type: 'message_delta',
    delta: { stop_reason: stopReason, stop_sequence: null },
    usage: { output_tokens: 9 },
  });
  events.push({ type: 'message_stop' });
  return { http: { status: 200, headers: { 'content-type': 'text/event-stream' }, body: eventStream(events) } };
}

const THOUGHTS = [
  { type: 'thinking', thinking: 'First a look, "quoted" \\ and 🌍.', signature: 'Er8BCkYI+/=first' },
  { type: 'redacted_thinking', data: 'EmwKAhgBEgy3+/=redacted' },
  { type: 'text', text: 'I look.' },
  { type: 'thinking', thinking: '', signature: 'Er8BCkYI+/=empty' },
  { type: 'tool_use', id: 'toolu_a', name: 'Read', input: { file_path: 'note.txt' } },
];
const LATER = [
  { type: 'redacted_thinking', data: 'second+/=' },
  { type: 'tool_use', id: 'toolu_b', name: 'Bash', input: { command: `echo '${ODD}'`, description: 'Says it' } },
];

/** Answers with thoughts and two rounds of calls to every prompt. */
async function thinker() {
  let turn = 0;
  const server = await startModelServer({
    respond: () => {
      const round = turn++ % 3;
      if (round === 0)
        return answer(
          THOUGHTS.map((one) => renamed(one, turn)),
          'tool_use',
        );
      if (round === 1)
        return answer(
          LATER.map((one) => renamed(one, turn)),
          'tool_use',
        );
      return answer(
        [
          { type: 'thinking', thinking: 'Done.', signature: `sig${turn}` },
          { type: 'text', text: 'Ready.' },
        ],
        'end_turn',
      );
    },
  });
  onTestFinished(() => server.close());
  return server;
}

/** Ids of calls are used once. */
function renamed(block: object, turn: number): object {
  return 'id' in block ? { ...block, id: `${String(block.id)}${turn}` } : block;
}

const files = { 'note.txt': 'hello\n', 'CLAUDE.md': 'Be brief.\n' };
const session = { model: 'claude-test', persist: true } as const;

async function started(url: string) {
  return createHarness({
    distro: headless,
    permissions: 'allow-all',
    files,
    env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'sk-test' },
    session,
  });
}

const MARK = /,"cache_control":\{"type":"ephemeral"\}/g;

test('thinking, redacted thinking and signatures come back byte for byte, in their places, with the calls', async () => {
  const server = await thinker();
  const h = await started(server.url);
  expect((await h.prompt('one')).result.result).toBe('Ready.');
  expect((await h.prompt('two')).result.result).toBe('Ready.');
  expect(server.requests).toHaveLength(6);
  const last = server.requests.at(-1)!;
  const answers = last.body.messages!.filter(({ role }) => role === 'assistant');
  expect(answers.map(({ content }) => content)).toEqual([
    THOUGHTS.map((one) => renamed(one, 1)),
    LATER.map((one) => renamed(one, 2)),
    [
      { type: 'thinking', thinking: 'Done.', signature: 'sig3' },
      { type: 'text', text: 'Ready.' },
    ],
    THOUGHTS.map((one) => renamed(one, 4)),
    LATER.map((one) => renamed(one, 5)),
  ]);
  for (const block of [...THOUGHTS, ...LATER].slice(0, 4)) expect(last.text).toContain(JSON.stringify(block));
});

test('each request begins with the bytes of the one before, with tools and context, also after the session was resumed', async () => {
  const server = await thinker();
  const h = await started(server.url);
  await h.prompt('one');
  await h.prompt({ content: [{ type: 'text', text: 'two' }] });
  const { id } = await h.session();
  await (await h.session()).close('other');
  const resumed = await h.open({ ...session, resume: id });
  await resumed.send({ content: 'three' });
  await resumed.close('other');
  expect(server.requests).toHaveLength(9);
  const texts = server.requests.map(({ text }) => text.replace(MARK, ''));
  expect(texts[0]).toContain('Be brief.');
  expect(server.requests[0]?.body.tools?.length).toBeGreaterThan(5);
  for (let turn = 1; turn < texts.length; turn++) {
    const before = texts[turn - 1]!.slice(0, -2); // without `]}`
    const now = texts[turn]!;
    const common = commonLength(before, now);
    const where = [before, now].map((text) => text.slice(Math.max(0, common - 60), common + 60)).join('\n  now: ');
    expect(common, `request ${turn + 1} differs from the one before at ${common}:\n  was: ${where}`).toBe(
      before.length,
    );
  }
  for (const { text } of server.requests) expect(text.match(MARK)?.length).toBeLessThanOrEqual(4);
});

function commonLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}
