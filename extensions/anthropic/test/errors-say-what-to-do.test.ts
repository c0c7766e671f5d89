import { createServer } from 'node:net';
import { isModelError, type ModelError } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import type { Turn } from '../../../test/fixtures/model-server/server.mjs';
import { call, HELLO, providerOf, serverOf } from './call.ts';

const quick = { CLAUDE_CODE_MAX_RETRIES: '0' };

test.each<[string, Turn, Partial<ModelError>, RegExp]>([
  [
    '400',
    { fail: { status: 400, message: 'messages: too few' } },
    { kind: 'invalid_request' },
    /refused the request \(400: messages: too few\)/,
  ],
  [
    '400 of a long prompt',
    { fail: { status: 400, message: 'prompt is too long: 9 > 8' } },
    { kind: 'invalid_request' },
    /new session/,
  ],
  [
    '400 without credit',
    { fail: { status: 400, message: 'Your credit balance is too low' } },
    { kind: 'billing_error' },
    /ANTHROPIC_API_KEY cannot pay/,
  ],
  [
    '401',
    { fail: { status: 401, message: 'invalid x-api-key' } },
    { kind: 'authentication_failed' },
    /refused the key in ANTHROPIC_API_KEY \(401: invalid x-api-key\)/,
  ],
  ['402', { fail: { status: 402 } }, { kind: 'billing_error' }, /cannot pay/],
  [
    '403',
    { fail: { status: 403, message: 'not yours' } },
    { kind: 'authentication_failed' },
    /may not do this.*not yours/,
  ],
  [
    '404',
    { fail: { status: 404, message: 'model: x' } },
    { kind: 'model_not_found' },
    /no model "claude-sonnet-5-5".*--model or ANTHROPIC_MODEL/,
  ],
  [
    '404 of another server',
    { http: { status: 404, body: 'nothing here' } },
    { kind: 'invalid_request' },
    /does not offer \/v1\/messages.*Check ANTHROPIC_BASE_URL/,
  ],
  ['413', { fail: { status: 413 } }, { kind: 'invalid_request' }, /too large for .*: \d+\.\d MB.*images/],
  [
    '422',
    { fail: { status: 422, type: 'invalid_request_error', message: 'hm' } },
    { kind: 'invalid_request' },
    /\(422: hm\)/,
  ],
  ['418', { http: { status: 418, body: '' } }, { kind: 'unknown' }, /\(418: no further text\)/],
  [
    '301',
    { http: { status: 301, headers: { location: 'https://elsewhere.test/' } } },
    { kind: 'invalid_request' },
    /points to https:\/\/elsewhere.test\/ \(301\).*ANTHROPIC_BASE_URL/,
  ],
  ['429', { fail: { status: 429, message: 'slow down' } }, { kind: 'rate_limit' }, /rate limit.*slow down/],
  ['500', { fail: { status: 500, message: 'oops' } }, { kind: 'server_error' }, /failed \(500: oops\)/],
  [
    '502 with a page',
    { http: { html: true, status: 502, body: '<html><title>Bad\u0007 gateway</title>' } },
    { kind: 'server_error' },
    /\(502: "Bad gateway"\)/,
  ],
  ['529', { fail: { status: 529, message: 'Overloaded' } }, { kind: 'overloaded' }, /overloaded \(529: Overloaded\)/],
])('status %s', async (_name, turn, shape, message) => {
  const server = await serverOf(turn);
  const { error, events } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url, ...quick }));
  expect(error).toMatchObject({ ...shape, retryable: false });
  expect(isModelError(error) && error.message).toMatch(message);
  expect(isModelError(error) && error.status).toBeGreaterThan(300);
  expect(isModelError(error) && error.requestId).toMatch(/^req_/);
  expect((error as Error).message).not.toContain('sk-test-secret');
  expect(events).toEqual([]);
});

test('a key that the server repeats is not shown', async () => {
  const server = await serverOf({ fail: { status: 401, message: 'invalid x-api-key: sk-test-secret' } });
  const { error } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  const { message, cause } = error as Error & { cause: Error };
  expect(message).toMatch(/invalid x-api-key: \*\*\*/);
  expect(`${message} ${cause.message} ${JSON.stringify(cause)}`).not.toContain('sk-test-secret');
});

test('the cause is the error that the SDK has for the status', async () => {
  const server = await serverOf({ fail: { status: 401, message: 'no' } });
  const { error } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  const { AuthenticationError } = await import('@anthropic-ai/sdk/core/error');
  expect((error as Error).cause).toBeInstanceOf(AuthenticationError);
});

test('a page with status 200 is no answer', async () => {
  const server = await serverOf({ http: { html: true } });
  const { error, retries } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect(error).toMatchObject({
    kind: 'server_error',
    retryable: false,
    message: expect.stringMatching(/text\/html.*"Sign in to the network".*ANTHROPIC_BASE_URL/),
  });
  expect(retries).toEqual([]);
});

test('a compressed answer is told apart', async () => {
  const headers = { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' };
  const server = await serverOf({ http: { status: 200, headers, body: 'zipped' } });
  const { error } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect(error).toMatchObject({ message: expect.stringMatching(/compressed answer \(gzip\)/) });
});

test('an endless error page is read to its limit only', async () => {
  const body = 'x'.repeat(5_000_000);
  const server = await serverOf({ http: { status: 400, body } });
  const { error } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect((error as Error).message.length).toBeLessThan(1000);
});

test('nobody listens', async () => {
  const port = await freePort();
  const { error } = await call(providerOf({ ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`, ...quick }));
  expect(error).toMatchObject({
    kind: 'server_error',
    message: expect.stringMatching(new RegExp(`127.0.0.1:${port} \\(connection refused\\).*ANTHROPIC_BASE_URL`)),
  });
});

test('a host that does not exist', async () => {
  const { error } = await call(providerOf({ ANTHROPIC_BASE_URL: 'http://no-such-host.invalid', ...quick }));
  expect(error).toMatchObject({ message: expect.stringMatching(/no-such-host\.invalid.*ANTHROPIC_BASE_URL/) });
});

test('https against a server that speaks http', async () => {
  const server = await serverOf();
  const { error, retries } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url.replace('http:', 'https:') }));
  expect(error).toMatchObject({ message: expect.stringMatching(/TLS.*http:\/\//) });
  expect(retries).toEqual([]);
});

test('a server that never answers', async () => {
  const server = await serverOf({ http: { hang: true } });
  const { error } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url, API_TIMEOUT_MS: '80', ...quick }));
  expect(error).toMatchObject({ message: expect.stringMatching(/did not answer in time \(API_TIMEOUT_MS\)/) });
});

test('a user name in the address is not shown', async () => {
  const server = await serverOf({ fail: { status: 400 } });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url.replace('//', '//user:hidden@') });
  const { error } = await call(provider, HELLO);
  expect((error as Error).message).not.toContain('hidden');
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
