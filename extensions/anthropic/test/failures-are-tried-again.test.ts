import { expect, test } from 'vitest';
import type { Turn } from '../../../test/fixtures/model-server/server.mjs';
import { retryAfterMs } from '../failure.ts';
import { backoffMs } from '../retry.ts';
import { call, providerOf, serverOf } from './call.ts';

test.each<[string, Turn]>([
  ...[408, 409, 429, 500, 502, 503, 529].map((status): [string, Turn] => [`status ${status}`, { fail: { status } }]),
  ['a connection that is closed before the answer', { http: { closeBeforeHeaders: true } }],
  ['an answer without a byte', { http: { cutAfterBytes: 0 } }],
  ['an answer that ends without an event', { http: { endAfterBytes: 0 } }],
  ['an answer that ends after its first event', { text: 'never seen', cutAfter: 1 }],
  ['an answer that ends before its content', { text: 'never seen', cutAfter: 2 }],
  [
    'an overload told in the answer',
    {
      text: 'never seen',
      cutAfter: 2,
      http: {
        insert: [
          {
            after: 1,
            raw: 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
          },
        ],
      },
    },
  ],
  ['an event that is no JSON', { text: 'never seen', http: { insert: [{ after: 0, raw: 'data: {{{\n\n' }] } }],
  ['silence before the content', { text: 'never seen', http: { silentAfter: 1 } }],
])('%s', async (_name, turn) => {
  const server = await serverOf(turn, { text: 'second try' });
  const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url, CLAUDE_STREAM_IDLE_TIMEOUT_MS: '100' }));
  expect(outcome.error).toBeUndefined();
  expect(outcome.text).toBe('second try');
  expect(outcome.events.filter((event) => event.type === 'message_start')).toHaveLength(1);
  expect(outcome.retries).toMatchObject([{ attempt: 1, maxRetries: 10, delayMs: 0, error: { retryable: true } }]);
  expect(server.requests).toHaveLength(2);
  expect(server.requests[1]?.text).toBe(server.requests[0]?.text);
});

test.each([400, 401, 403, 404, 413])('status %s is not', async (status) => {
  const server = await serverOf({ fail: { status } }, { text: 'not asked for' });
  const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect(outcome.error).toMatchObject({ status, retryable: false });
  expect(outcome.retries).toEqual([]);
  expect(server.requests).toHaveLength(1);
});

test('the server may say so itself', async () => {
  const server = await serverOf(
    { fail: { status: 418 }, http: { headers: { 'x-should-retry': 'true' } } },
    { fail: { status: 500 }, http: { headers: { 'x-should-retry': 'false' } } },
  );
  const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect(outcome.retries).toHaveLength(1);
  expect(outcome.error).toMatchObject({ status: 500 });
});

test('up to the limit, and then says how often', async () => {
  const server = await serverOf(...Array.from({ length: 5 }, () => ({ fail: { status: 529, message: 'Overloaded' } })));
  const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url, CLAUDE_CODE_MAX_RETRIES: '3' }));
  expect(outcome.retries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(outcome.error).toMatchObject({
    kind: 'overloaded',
    retryable: false,
    message: expect.stringMatching(/Gave up after 4 attempts/),
  });
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 1, 1]);
});

test('after the time that the server asks for', async () => {
  const server = await serverOf(
    { fail: { status: 429 }, http: { headers: { 'retry-after': '0' } } },
    { fail: { status: 429 }, http: { headers: { 'retry-after-ms': '30' } } },
    { text: 'done' },
  );
  const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect(outcome.text).toBe('done');
  expect(outcome.retries.map(({ delayMs }) => delayMs)).toEqual([0, 30]);
});

test('not when the server asks for more than five minutes', async () => {
  const server = await serverOf({ fail: { status: 429 }, http: { headers: { 'retry-after': '7200' } } });
  const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect(outcome.error).toMatchObject({
    kind: 'rate_limit',
    message: expect.stringMatching(/asks to wait 120 min, longer than the 5 min/),
  });
  expect(outcome.retries).toEqual([]);
});

test('with the delay and the model that the caller names', async () => {
  const server = await serverOf(
    { fail: { status: 529 }, http: { headers: { 'retry-after': '60' } } },
    { fail: { status: 529 } },
    { text: 'done' },
  );
  const outcome = await call(
    providerOf({ ANTHROPIC_BASE_URL: server.url }),
    {},
    {
      onRetry: async ({ attempt }) => (attempt === 1 ? { retryIn: 1 } : { useModel: 'haiku' }),
    },
  );
  expect(outcome.text).toBe('done');
  expect(server.requests.map(({ body }) => body.model)).toEqual([
    'claude-sonnet-5-5',
    'claude-sonnet-5-5',
    'claude-haiku-5-5',
  ]);
});

test('not after an interrupt during the wait', async () => {
  const server = await serverOf({ fail: { status: 529 }, http: { headers: { 'retry-after': '60' } } }, { text: 'no' });
  const controller = new AbortController();
  const outcome = await call(
    providerOf({ ANTHROPIC_BASE_URL: server.url }),
    {},
    {
      signal: controller.signal,
      onRetry: async () => {
        setTimeout(() => controller.abort(), 20);
        return undefined;
      },
    },
  );
  expect(outcome.error).toBe(controller.signal.reason);
  expect(server.requests).toHaveLength(1);
});

test('a kept connection that the server has closed is replaced unnoticed', async () => {
  const server = await serverOf({ text: 'one' }, { http: { closeBeforeHeaders: true } }, { text: 'two' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  await call(provider);
  const outcome = await call(provider);
  expect(outcome.text).toBe('two');
  expect(outcome.retries).toEqual([]);
});

test('waits grow, and never beyond a minute', () => {
  expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, () => 1))).toEqual([1000, 2000, 4000, 8000]);
  expect(backoffMs(30, () => 1)).toBe(60_000);
  expect(backoffMs(5, () => 0)).toBe(0);
});

test('Retry-After in seconds, as a date, in milliseconds, and as nonsense', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfterMs({ 'retry-after': '2' }, now)).toBe(2000);
  expect(retryAfterMs({ 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }, now)).toBe(5000);
  expect(retryAfterMs({ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, now)).toBe(0);
  expect(retryAfterMs({ 'retry-after': '9', 'retry-after-ms': '1500' }, now)).toBe(1500);
  expect(retryAfterMs({ 'retry-after': 'soon' }, now)).toBeUndefined();
  expect(retryAfterMs({}, now)).toBeUndefined();
});
