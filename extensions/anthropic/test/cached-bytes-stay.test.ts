import type { Message, ModelRequest } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { call, providerOf, serverOf } from './call.ts';

const tools = ['Read', 'Bash'].map((name) => ({
  name,
  description: `${name}.`,
  inputSchema: { type: 'object' } as const,
}));
const system = ['stable', 'also stable'];
const MARK = /,"cache_control":\{"type":"ephemeral"\}/g;

/** A conversation that grows by a tool call and its result. */
function conversation(turns: number): Message[] {
  const messages: Message[] = [{ role: 'user', content: 'go' }];
  for (let turn = 0; turn < turns; turn++) {
    messages.push({
      role: 'assistant',
      content: [{ type: 'tool_use', id: `t${turn}`, name: 'Bash', input: { turn } }],
    });
    messages.push({ role: 'user', content: [{ type: 'tool_result', tool_use_id: `t${turn}`, content: 'ok' }] });
  }
  return messages;
}

async function bodies(env: Record<string, string>, ...requests: Partial<ModelRequest>[]) {
  const server = await serverOf(...requests.map(() => ({ text: 'x' })));
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url, ...env });
  for (const request of requests) expect((await call(provider, { system, tools, ...request })).error).toBeUndefined();
  return server.requests;
}

test('markers stand on the last system block, the last tool and the last two user messages', async () => {
  const [request] = await bodies({}, { messages: conversation(3) });
  const body = request!.body;
  expect(body.system?.map((block) => 'cache_control' in block)).toEqual([false, true]);
  expect(body.tools?.map((tool) => 'cache_control' in tool)).toEqual([false, true]);
  const marked = body.messages?.map((message) => 'cache_control' in (message.content.at(-1) ?? {}));
  expect(marked).toEqual([false, false, false, false, true, false, true]);
  expect(request!.text.match(MARK)).toHaveLength(4);
});

test('without the markers, each turn begins with the bytes of the turn before', async () => {
  const turns = await bodies({}, ...[0, 1, 2, 3].map((turn) => ({ messages: conversation(turn) })));
  const texts = turns.map(({ text }) => text.replace(MARK, ''));
  for (let turn = 1; turn < texts.length; turn++) {
    const before = texts[turn - 1]!.slice(0, -2); // without `]}`
    expect(texts[turn]!.startsWith(before)).toBe(true);
  }
});

test('DISABLE_PROMPT_CACHING leaves them out', async () => {
  const [request] = await bodies({ DISABLE_PROMPT_CACHING: '1' }, { messages: conversation(2) });
  expect(request!.text).not.toContain('cache_control');
});

test('markers that a message brought along are taken away, and none stands on an empty text', async () => {
  const block = (text: string) => ({ type: 'text' as const, text, cache_control: { type: 'ephemeral' } });
  const messages: Message[] = [
    { role: 'user', content: [block('a'), block('b')] },
    { role: 'assistant', content: [block('c')] },
    { role: 'user', content: [block('d'), block('')] },
  ];
  const [request] = await bodies({}, { messages });
  expect(request!.body.messages?.map(({ content }) => content.map((one) => 'cache_control' in one))).toEqual([
    [false, true],
    [false],
    [false, false],
  ]);
});
