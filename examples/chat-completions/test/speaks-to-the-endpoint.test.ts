import { createHarness } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import extension from '../src/index.ts';
import { chatServer, chunksOf, type Reply } from './chat-server.ts';

async function program(replies: readonly Reply[], more: { env?: Record<string, string>; strict?: boolean } = {}) {
  const server = await chatServer(replies);
  const h = await createHarness({
    extensions: [extension],
    bundled: ['builtin-tools'],
    session: { model: 'chat:llama' },
    files: { 'note.txt': 'forty-two\n', 'other.txt': 'six\n' },
    env: { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-secret', ...more.env },
    ...(more.strict === undefined ? {} : { strict: more.strict }),
  });
  return { h, server };
}

test('an answer is streamed, with what it took', async () => {
  const { h, server } = await program([{ chunks: chunksOf('Hello, Ada.') }]);
  const run = await h.prompt('Say hello to Ada');
  expect(run.text).toBe('Hello, Ada.');
  expect(run.result).toMatchObject({ usage: { input_tokens: 11, output_tokens: 7 } });
  const [{ path, headers, body }] = server.requests as [(typeof server.requests)[0]];
  expect([path, headers.authorization, body.model]).toEqual(['/v1/chat/completions', 'Bearer sk-secret', 'llama']);
  expect(body.messages.at(-1)).toEqual({ role: 'user', content: expect.stringContaining('Say hello to Ada') });
  expect(body.tools?.map(({ function: { name } }) => name)).toContain('Read');
});

test('calls of tools run, and their results go back', async () => {
  const calls = [
    { name: 'Read', input: { file_path: 'note.txt' } },
    { name: 'Read', input: { file_path: 'other.txt' } },
  ];
  const { h, server } = await program([
    { chunks: chunksOf('I look.', calls) },
    { chunks: chunksOf('It says 42 and 6.') },
  ]);
  const run = await h.prompt('What do the notes say?');
  expect(run.calls('Read').map(({ result }) => result)).toEqual([
    expect.stringContaining('forty-two'),
    expect.stringContaining('six'),
  ]);
  expect(run.text).toBe('It says 42 and 6.');
  const messages = server.requests[1]?.body.messages.slice(-3);
  expect(messages).toEqual([
    {
      role: 'assistant',
      content: 'I look.',
      tool_calls: [
        { id: 'call_0', type: 'function', function: { name: 'Read', arguments: '{"file_path":"note.txt"}' } },
        { id: 'call_1', type: 'function', function: { name: 'Read', arguments: '{"file_path":"other.txt"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_0', content: expect.stringContaining('forty-two') },
    { role: 'tool', tool_call_id: 'call_1', content: expect.stringContaining('six') },
  ]);
});

test('a failure that passes is tried again', async () => {
  const { h, server } = await program([{ status: 503, body: 'busy' }, { chunks: chunksOf('There.') }]);
  expect((await h.prompt('go')).text).toBe('There.');
  expect(server.requests).toHaveLength(2);
});

test.each([
  [
    { status: 401, body: '{"error":{"message":"bad key sk-secret"}}' },
    'authentication_failed',
    /answered 401: bad key …/,
  ],
  [{ status: 404, body: '{"error":"no such model"}' }, 'model_not_found', /no such model/],
  [{ status: 400, body: '<html>' }, 'invalid_request', /answered 400: <html>/],
  [{ chunks: [{ error: { message: 'out of memory' } }] }, 'server_error', /out of memory/],
] satisfies [Reply, string, RegExp][])('%j is told', async (reply, kind, message) => {
  const { h, server } = await program([reply], { strict: false });
  const run = await h.prompt('go');
  expect(run.result.isError).toBe(true);
  expect(run.events).toContainEqual(expect.objectContaining({ type: 'message', error: kind }));
  expect(run.text).toMatch(message);
  expect(run.text).not.toContain('sk-secret');
  expect(server.requests).toHaveLength(1);
});

test('an answer that is cut off is no answer', async () => {
  const whole = chunksOf('Hello');
  const { h } = await program([{ chunks: whole.slice(0, 3), cut: true }], { strict: false });
  expect((await h.prompt('go')).result.isError).toBe(true);
});

test('without a key and an endpoint it is said what to set', async () => {
  const { h, server } = await program([], { env: { OPENAI_API_KEY: '', OPENAI_BASE_URL: '' }, strict: false });
  expect((await h.prompt('go')).text).toMatch(/set OPENAI_API_KEY, or OPENAI_BASE_URL/);
  expect(server.requests).toHaveLength(0);
});
