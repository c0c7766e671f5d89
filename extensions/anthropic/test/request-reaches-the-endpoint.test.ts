import { ModelError } from 'tenon/plugin-api';
import { fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { call, providerOf, serverOf } from './call.ts';

test('path, headers and body of a request', async () => {
  const server = await serverOf({ text: 'hi there' });
  const session = fakeSession();
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url, ANTHROPIC_BETAS: ' one-2025,two-2026 ,' });
  const outcome = await call(
    provider,
    {
      tools: [{ name: 'Bash', description: 'Runs.', inputSchema: { type: 'object' } }],
      toolChoice: { type: 'auto' },
      maxTokens: 77,
    },
    { session },
  );
  expect(outcome.error).toBeUndefined();
  expect(outcome.text).toBe('hi there');
  expect(outcome.requestIds).toEqual([expect.stringMatching(/^req_/)]);
  const [request] = server.requests;
  expect(request?.method).toBe('POST');
  expect(request?.path).toBe('/v1/messages?beta=true');
  expect(request?.headers).toMatchObject({
    'x-api-key': 'sk-test-secret',
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'one-2025,two-2026',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(request?.text ?? '')),
    'user-agent': 'tenon/1.2.3',
    'x-app': 'cli',
    'x-claude-code-session-id': session.id,
  });
  expect(request?.headers.authorization).toBeUndefined();
  expect(request?.body).toMatchObject({
    model: 'claude-sonnet-5-5',
    max_tokens: 77,
    stream: true,
    system: [{ type: 'text', text: 'You are a test.' }],
    tools: [{ name: 'Bash', description: 'Runs.', input_schema: { type: 'object' } }],
    tool_choice: { type: 'auto' },
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
  });
});

test('a token goes out as a bearer, and wins over a key', async () => {
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url, ANTHROPIC_AUTH_TOKEN: 'tok\n' });
  expect((await call(provider)).error).toBeUndefined();
  expect(provider.keySource()).toBe('ANTHROPIC_AUTH_TOKEN');
  expect(server.requests[0]?.headers.authorization).toBe('Bearer tok');
  expect(server.requests[0]?.headers['x-api-key']).toBeUndefined();
});

test('the path of a base URL is kept, and custom headers are sent', async () => {
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({
    ANTHROPIC_API_KEY: undefined,
    ANTHROPIC_BASE_URL: `${server.url}/gateway/claude/`,
    ANTHROPIC_CUSTOM_HEADERS: 'X-Team: blue\r\n\nAuthorization: Basic abc\nX-App: mine',
  });
  expect((await call(provider)).error).toBeUndefined();
  expect(provider.keySource()).toBe('ANTHROPIC_CUSTOM_HEADERS');
  expect(server.requests[0]?.path).toBe('/gateway/claude/v1/messages?beta=true');
  expect(server.requests[0]?.headers).toMatchObject({ 'x-team': 'blue', authorization: 'Basic abc', 'x-app': 'mine' });
});

test('answers share one connection', async () => {
  const server = await serverOf({ text: 'one' }, { text: 'two' }, { text: 'three' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  for (let turn = 0; turn < 3; turn++) await call(provider);
  expect(server.requests.map((request) => request.connection)).toEqual([1, 1, 1]);
});

test('a reader that stops at the last event gives the connection back too', async () => {
  const server = await serverOf({ text: 'one' }, { text: 'two' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  const request = { model: 'm', system: [], messages: [{ role: 'user', content: 'x' }], tools: [] } as const;
  for await (const batch of provider.stream(request, { signal: new AbortController().signal })) {
    if (batch.at(-1)?.type === 'message_stop') break;
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  await call(provider);
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1]);
});

test('tokens are counted by the endpoint', async () => {
  const server = await serverOf();
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  const request = { model: 'm', system: ['s'], messages: [{ role: 'user', content: 'x' }], tools: [] } as const;
  const tokens = await provider.countTokens?.(request, { signal: new AbortController().signal });
  expect(tokens).toBeGreaterThan(5);
  const [counted] = server.others;
  expect(counted?.path).toBe('/v1/messages/count_tokens?beta=true');
  expect(counted?.body).not.toHaveProperty('stream');
  expect(counted?.body).not.toHaveProperty('max_tokens');
});

test('half a surrogate pair does not reach the API', async () => {
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  const content = 'cut \ud83d here, \\ud83d as text, \\\\ud83d too, 🌍 whole';
  await call(provider, { messages: [{ role: 'user', content }] });
  expect(server.requests[0]?.text).not.toMatch(/[^\\]\\ud83d/);
  expect(server.requests[0]?.body.messages?.[0]?.content[0]?.text).toBe(content.replace('\ud83d ', '\ufffd '));
});

test('extra fields for the body come from the environment', async () => {
  const server = await serverOf({ text: 'x' });
  await call(providerOf({ ANTHROPIC_BASE_URL: server.url, CLAUDE_CODE_EXTRA_BODY: '{"metadata":{"user_id":"u"}}' }));
  expect(server.requests[0]?.body).toMatchObject({ metadata: { user_id: 'u' } });
});

test.each([
  [{ ANTHROPIC_API_KEY: undefined }, 'authentication_failed', /ANTHROPIC_API_KEY.*ANTHROPIC_AUTH_TOKEN/],
  [{ ANTHROPIC_API_KEY: 'a\u0007b' }, 'authentication_failed', /^ANTHROPIC_API_KEY holds a character/],
  [{ ANTHROPIC_BASE_URL: 'localhost:99' }, 'invalid_request', /^ANTHROPIC_BASE_URL is not an http or https address/],
  [{ ANTHROPIC_BASE_URL: 'nonsense' }, 'invalid_request', /^ANTHROPIC_BASE_URL/],
  [{ ANTHROPIC_CUSTOM_HEADERS: 'a: b\nsecret' }, 'invalid_request', /^Line 2 of ANTHROPIC_CUSTOM_HEADERS/],
  [{ CLAUDE_CODE_EXTRA_BODY: '[1]' }, 'invalid_request', /^CLAUDE_CODE_EXTRA_BODY is not a JSON object/],
  [{ CLAUDE_CODE_MAX_RETRIES: 'many' }, 'invalid_request', /^CLAUDE_CODE_MAX_RETRIES is "many"/],
  [{ CLAUDE_CODE_MAX_OUTPUT_TOKENS: '0' }, 'invalid_request', /^CLAUDE_CODE_MAX_OUTPUT_TOKENS is "0".*at least 1/],
])('a wrong environment %o is told by the name of its variable', async (env, kind, message) => {
  const { error, retries } = await call(providerOf(env));
  expect(error).toBeInstanceOf(ModelError);
  expect(error).toMatchObject({ kind, retryable: false, message: expect.stringMatching(message) });
  expect((error as Error).message).not.toContain('secret');
  expect(retries).toEqual([]);
});

test('a search of the endpoint is offered where it is asked for', async () => {
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  expect(provider.serverTools).toEqual(['web_search']);
  await call(provider, { tools: [], serverTools: [{ type: 'web_search', maxUses: 2, blockedDomains: ['a.example'] }] });
  expect(server.requests[0]?.body.tools).toMatchObject([
    { type: 'web_search_20250305', name: 'web_search', max_uses: 2, blocked_domains: ['a.example'] },
  ]);
});
