import type { ModelEvent } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import type { Turn } from '../../../test/fixtures/model-server/server.mjs';
import { call, HELLO, providerOf, serverOf } from './call.ts';

const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';

test.each<[string, Turn, RegExp]>([
  [
    'cut by the network',
    { text: 'x'.repeat(100), cutAfter: 4 },
    /cut off before it was complete|closed the connection|connection to .* failed/,
  ],
  ['ended too early', { text: 'x'.repeat(100), http: { endAfterBytes: 900 } }, /cut off before it was complete/],
  [
    'silent',
    { text: 'x'.repeat(100), http: { silentAfter: 5 } },
    /nothing came for 0\.1 s \(CLAUDE_STREAM_IDLE_TIMEOUT_MS\)/,
  ],
  [
    'broken off by an error event',
    { text: 'x'.repeat(100), http: { insert: [{ after: 5, raw: error }] } },
    /broke off its answer: Overloaded \(overloaded_error\)/,
  ],
  [
    'malformed',
    { text: 'x'.repeat(100), http: { insert: [{ after: 5, raw: 'data: <html>\n\n' }] } },
    /cannot be read: an event is not JSON: <html>/,
  ],
])('an answer that is %s', async (_name, turn, message) => {
  const server = await serverOf(turn, { text: 'not asked for' });
  const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url, CLAUDE_STREAM_IDLE_TIMEOUT_MS: '100' }));
  expect(outcome.text).toMatch(/^x+$/);
  expect(outcome.error).toMatchObject({
    retryable: true,
    message: expect.stringMatching(message),
    requestId: expect.stringMatching(/^req_/),
  });
  expect(outcome.retries).toEqual([]);
  expect(server.requests).toHaveLength(1);
});

test('what came before an error event is given', async () => {
  const server = await serverOf({ text: 'abcdef', chunk: 2, http: { insert: [{ after: 5, raw: error }] } });
  const { text } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect(text).toBe('abcd');
});

test('a last event that a gateway leaves out is added', async () => {
  const server = await serverOf({
    http: {
      body: 'data: {"type":"message_start","message":{"id":"m","usage":{}}}\n\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n',
    },
  });
  const { events, error: thrown } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect(thrown).toBeUndefined();
  expect(events.map(({ type }) => type)).toEqual(['message_start', 'message_delta', 'message_stop']);
});

test('what comes after the last event does not matter', async () => {
  const server = await serverOf({ text: 'ok', http: { insert: [{ after: 7, raw: 'data: [DONE]\n\n' }] } });
  const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect(outcome.error).toBeUndefined();
  expect(outcome.events.at(-1)?.type).toBe('message_stop');
});

test('unknown events and fields are passed on', async () => {
  const raw = 'event: novelty\ndata: {"type":"novelty","n":1}\n\n';
  const server = await serverOf({ text: 'ok', http: { insert: [{ after: 4, raw }] } });
  const { events } = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }));
  expect(events).toContainEqual({ type: 'novelty', n: 1 });
});

test('an answer cut at every byte fails or is complete, and never hangs', async () => {
  const whole = await sizeOf({ text: 'Grüße 🌍', calls: [{ name: 'A', input: { b: 'ü' } }] });
  for (let cut = 0; cut <= whole; cut += 7) {
    const server = await serverOf({
      text: 'Grüße 🌍',
      calls: [{ name: 'A', input: { b: 'ü' } }],
      http: { cutAfterBytes: cut },
    });
    const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url, CLAUDE_CODE_MAX_RETRIES: '0' }));
    const complete = outcome.events.at(-1)?.type === 'message_stop';
    expect(outcome.error === undefined, `cut at ${cut}`).toBe(complete);
    await server.close();
  }
});

test('small writes and a slow server give the same events in more batches', async () => {
  const server = await serverOf(
    { text: 'Grüße, 世界 🌍', http: { bytesPerWrite: 3 } },
    { text: 'abcdefgh', chunk: 1, chunkDelayMs: 5 },
  );
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  expect((await call(provider)).text).toBe('Grüße, 世界 🌍');
  const slow = await call(provider);
  expect(slow.text).toBe('abcdefgh');
  expect(slow.batches.length).toBeGreaterThan(2);
});

test('an interrupt closes the connection', async () => {
  const server = await serverOf({ text: 'x'.repeat(200), chunkDelayMs: 20 });
  const controller = new AbortController();
  const seen: ModelEvent[] = [];
  const reading = (async () => {
    const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
    for await (const batch of provider.stream(HELLO, { signal: controller.signal })) {
      seen.push(...batch);
      if (seen.length > 4) controller.abort(new Error('stopped by the user'));
    }
  })();
  await expect(reading).rejects.toThrow('stopped by the user');
  await expect.poll(() => server.openConnections).toBe(0);
});

test('a reader that leaves closes the connection', async () => {
  const server = await serverOf({ text: 'x'.repeat(200), chunkDelayMs: 20 });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  for await (const _ of provider.stream(HELLO, { signal: new AbortController().signal })) break;
  await expect.poll(() => server.openConnections).toBe(0);
});

test('an interrupt ends the wait for an answer', async () => {
  const server = await serverOf({ http: { hang: true } });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }), {}, { signal: controller.signal });
  expect(outcome.error).toBe(controller.signal.reason);
  await expect.poll(() => server.openConnections).toBe(0);
});

test('an interrupt before the request sends none', async () => {
  const server = await serverOf({ text: 'x' });
  const outcome = await call(providerOf({ ANTHROPIC_BASE_URL: server.url }), {}, { signal: AbortSignal.abort() });
  expect(outcome.error).toMatchObject({ name: 'AbortError' });
  expect(server.requests).toEqual([]);
});

test('a reader that is slower than the watchdog is not taken for silence', async () => {
  const server = await serverOf({ text: 'abcdef', chunk: 1 });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url, CLAUDE_STREAM_IDLE_TIMEOUT_MS: '40' });
  let count = 0;
  for await (const batch of provider.stream(HELLO, { signal: new AbortController().signal })) {
    count += batch.length;
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  expect(count).toBeGreaterThan(6);
});

test('a reader that does not read stops the server', async () => {
  const server = await serverOf({ text: 'x'.repeat(30_000_000), chunk: 100_000 });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  const before = process.memoryUsage().external;
  const iterator = provider.stream(HELLO, { signal: new AbortController().signal })[Symbol.asyncIterator]();
  await iterator.next();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(process.memoryUsage().external - before).toBeLessThan(90_000_000);
  let length = 0;
  for (;;) {
    const step = await iterator.next();
    if (step.done) break;
    for (const event of step.value) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') length += event.delta.text.length;
    }
  }
  expect(length).toBeGreaterThan(29_000_000);
});

async function sizeOf(turn: Turn): Promise<number> {
  const { eventStream, eventsOf } = await import('../../../test/fixtures/model-server/server.mjs');
  return Buffer.byteLength(eventStream(eventsOf(turn, HELLO.model)));
}
