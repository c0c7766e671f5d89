import { fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { call, providerOf, serverOf } from './call.ts';

test.each([
  ['claude-sonnet-5-5', 'xhigh', 'xhigh'],
  ['claude-opus-4-6', 'xhigh', 'high'],
  ['claude-opus-4-6', 'max', 'max'],
  ['claude-opus-4-5-20251101', 'max', 'high'],
  ['claude-haiku-4-5', 'low', undefined],
  ['claude-sonnet-4-6', 'much', undefined],
  ['some-other-model', 'much', 'much'],
  ['claude-sonnet-5-5', undefined, undefined],
])('%s, effort %s: %s', async (model, effort, sent) => {
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  expect((await call(provider, { model, ...(effort !== undefined && { effort }) })).error).toBeUndefined();
  const [request] = server.requests;
  expect(request?.body.output_config).toEqual(sent === undefined ? undefined : { effort: sent });
});

test('betas of the request join those of the environment, and the one that an effort needs', async () => {
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url, ANTHROPIC_BETAS: 'one' });
  await call(provider, { model: 'claude-opus-4-5', effort: 'low', betas: ['two', 'one'] });
  expect(server.requests[0]?.headers['anthropic-beta']).toBe('one,two,effort-2025-11-24');
});

test('a beta that is no header is refused before anything is sent', async () => {
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  const { error } = await call(provider, { betas: ['a\nb'] });
  expect(String(error)).toContain('The beta "a\\nb" holds a character');
  expect(server.requests).toEqual([]);
});

test('the requests of a subagent are those of its session', async () => {
  const server = await serverOf({ text: 'x' });
  const parent = fakeSession();
  const session = fakeSession({ parent });
  await call(providerOf({ ANTHROPIC_BASE_URL: server.url }), {}, { session });
  expect(server.requests[0]?.headers['x-claude-code-session-id']).toBe(parent.id);
});
