import type { ModelRequestValue } from 'tenon/plugin-api';
import { fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { call, providerOf, serverOf } from './call.ts';

test('parameters and headers, without what is secret', async () => {
  const server = await serverOf({ text: 'x' });
  const seen: ModelRequestValue[] = [];
  const session = fakeSession();
  const provider = providerOf(
    { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_CUSTOM_HEADERS: 'X-Gateway-Token: hush' },
    (value) => {
      seen.push(value);
      return {};
    },
  );
  await call(provider, {}, { session });
  expect(seen).toHaveLength(1);
  expect(seen[0]?.session).toBe(session);
  expect(seen[0]?.params).toMatchObject({ model: 'claude-sonnet-5-5', stream: true });
  expect(JSON.stringify(seen[0]?.headers)).not.toMatch(/sk-test-secret|hush|x-api-key/i);
  expect(server.requests[0]?.headers).toMatchObject({ 'x-api-key': 'sk-test-secret', 'x-gateway-token': 'hush' });
});

test('what a tap changes is sent, but for the key and what belongs to the connection', async () => {
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url }, ({ params, headers }) => ({
    params: { ...params, model: 'other', stream: false, temperature: 0 },
    headers: { ...headers, 'X-Trace': '7', 'X-Api-Key': 'theirs', 'Content-Length': '1', Host: 'elsewhere' },
  }));
  const { error, text } = await call(provider);
  expect(error).toBeUndefined();
  expect(text).toBe('x');
  expect(server.requests[0]?.body).toMatchObject({ model: 'other', stream: true, temperature: 0 });
  expect(server.requests[0]?.headers).toMatchObject({
    'x-trace': '7',
    'x-api-key': 'sk-test-secret',
    host: `127.0.0.1:${server.port}`,
  });
});

test('a header that cannot be sent is told by its name', async () => {
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url }, () => ({ headers: { 'x-bad': 'a\r\nb: c' } }));
  const { error } = await call(provider);
  expect(error).toMatchObject({ kind: 'invalid_request', message: expect.stringMatching(/"x-bad".*ModelRequest/) });
  expect(server.requests).toEqual([]);
});
