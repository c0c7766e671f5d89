import { fakeSession } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { modelInfo, resolveModel } from '../model-table.ts';
import { requestBody } from '../request-body.ts';
import { HELLO, providerOf } from './call.ts';

const id = (model: string, env = {}) => resolveModel(model, env).id;

test('aliases, and the variables that redirect them', () => {
  expect(id('sonnet')).toBe('claude-sonnet-5-5');
  expect(id('Opus')).toBe('claude-opus-5-5');
  expect(id('haiku')).toBe('claude-haiku-5-5');
  expect(id('haiku', { ANTHROPIC_DEFAULT_HAIKU_MODEL: 'my-haiku' })).toBe('my-haiku');
  expect(id('haiku', { ANTHROPIC_SMALL_FAST_MODEL: 'old-haiku' })).toBe('old-haiku');
  expect(id('haiku', { ANTHROPIC_SMALL_FAST_MODEL: 'old', ANTHROPIC_DEFAULT_HAIKU_MODEL: 'new' })).toBe('new');
  expect(id('default')).toBe('claude-sonnet-5-5');
  expect(id('default', { ANTHROPIC_MODEL: 'opus', ANTHROPIC_DEFAULT_OPUS_MODEL: 'my-opus' })).toBe('my-opus');
  expect(id('default', { ANTHROPIC_MODEL: 'default' })).toBe('claude-sonnet-5-5');
  expect(id('anything/else:7b')).toBe('anything/else:7b');
  expect(id('constructor')).toBe('constructor');
});

test('opusplan follows the mode of the session', () => {
  expect(resolveModel('opusplan', {}, fakeSession({ permissionMode: 'plan' })).id).toBe('claude-opus-5-5');
  expect(resolveModel('opusplan', {}, fakeSession()).id).toBe('claude-sonnet-5-5');
});

test('[1m] asks for the long context window', () => {
  expect(resolveModel('sonnet[1m]', {})).toEqual({ id: 'claude-sonnet-5-5', longContext: true });
  expect(modelInfo(resolveModel('claude-sonnet-4-5[1m]', {})).contextWindow).toBe(1_000_000);
  expect(modelInfo(resolveModel('claude-sonnet-4-5', {})).contextWindow).toBe(200_000);
});

test('what is known of a model, with and without a date, and of an unknown one', () => {
  const provider = providerOf({});
  expect(provider.info('claude-haiku-4-5-20251001')).toMatchObject({
    id: 'claude-haiku-4-5-20251001',
    maxOutputTokens: 64_000,
    price: { input: 1, output: 5 },
  });
  expect(provider.info('opus')).toMatchObject({ id: 'claude-opus-5-5', contextWindow: 1_000_000 });
  expect(provider.info('mystery')).toEqual({ id: 'mystery', contextWindow: 200_000, maxOutputTokens: 32_000 });
});

test('the default model is the one of the environment', () => {
  expect(providerOf({ ANTHROPIC_MODEL: 'haiku' }).defaultModel).toBe('claude-haiku-5-5');
  expect(providerOf({}).defaultModel).toBe('claude-sonnet-5-5');
});

describe('output tokens', () => {
  const tokens = (model: string, env = {}, request = {}) =>
    requestBody({ ...HELLO, ...request }, resolveModel(model, env), env).max_tokens;
  test('32000 unless the environment or the request says otherwise', () => {
    expect(tokens('mystery')).toBe(32_000);
    expect(tokens('opus')).toBe(32_000);
    expect(tokens('opus', { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '5000' })).toBe(5000);
    expect(tokens('opus', { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '5000' }, { maxTokens: 9 })).toBe(9);
  });
});

describe('thinking is asked for in the way that the model takes', () => {
  const thinking = (model: string, asked: typeof HELLO.thinking, env = {}) =>
    requestBody({ ...HELLO, ...(asked && { thinking: asked }) }, resolveModel(model, env), env).thinking;
  test.each([
    ['claude-sonnet-4-5', { budgetTokens: 4000 }, { type: 'enabled', budget_tokens: 4000 }],
    ['claude-sonnet-4-5', { budgetTokens: 5 }, { type: 'enabled', budget_tokens: 1024 }],
    ['claude-sonnet-4-5', { budgetTokens: 90_000 }, { type: 'enabled', budget_tokens: 31_999 }],
    ['claude-sonnet-4-5', 'adaptive', { type: 'enabled', budget_tokens: 16_000 }],
    ['claude-sonnet-4-5', 'disabled', { type: 'disabled' }],
    ['claude-opus-5', { budgetTokens: 4000 }, { type: 'adaptive' }],
    ['claude-opus-5', 'disabled', { type: 'disabled' }],
    ['claude-sonnet-5-5', 'disabled', { type: 'between_tools' }],
    ['claude-opus-5-5', 'disabled', undefined],
    ['claude-opus-5-5', undefined, undefined],
  ] as const)('%s, %o', (model, asked, expected) => {
    expect(thinking(model, asked)).toEqual(expected);
  });
  test('MAX_THINKING_TOKENS, where the request says nothing', () => {
    expect(thinking('claude-haiku-4-5', undefined, { MAX_THINKING_TOKENS: '2048' })).toEqual({
      type: 'enabled',
      budget_tokens: 2048,
    });
    expect(thinking('claude-haiku-4-5', undefined, { MAX_THINKING_TOKENS: '0' })).toEqual({ type: 'disabled' });
    expect(thinking('claude-haiku-4-5', 'disabled', { MAX_THINKING_TOKENS: '2048' })).toEqual({ type: 'disabled' });
  });
});
