import { describe, expect, test } from 'vitest';
import { call, providerOf, serverOf } from './call.ts';

async function sent(model: string, request: Parameters<typeof call>[1]) {
  const server = await serverOf({ text: 'x' });
  expect((await call(providerOf({ ANTHROPIC_BASE_URL: server.url }), { model, ...request })).error).toBeUndefined();
  const { body, headers } = server.requests[0]!;
  return { thinking: body.thinking, config: body.output_config, betas: headers['anthropic-beta'] };
}

describe('how thoughts are shown is said where the model thinks', () => {
  const display = 'summarized';
  test.each([
    ['claude-opus-5', 'adaptive', { type: 'adaptive', display }],
    ['claude-sonnet-4-5', { budgetTokens: 4000 }, { type: 'enabled', budget_tokens: 4000, display }],
    ['claude-opus-5', 'disabled', { type: 'disabled' }],
    // these think unasked
    ['claude-opus-5-5', undefined, { type: 'adaptive', display }],
    ['claude-opus-5-5', 'disabled', undefined],
    // and these do not
    ['claude-sonnet-4-5', undefined, undefined],
  ] as const)('%s, %o', async (model, thinking, expected) => {
    const request = { thinkingDisplay: display, ...(thinking !== undefined && { thinking }) };
    expect((await sent(model, request)).thinking).toEqual(expected);
  });
});

test('the budget of a task goes to models that know it, with its beta', async () => {
  const known = await sent('claude-opus-5', { taskBudget: 64_000, effort: 'high' });
  expect(known).toMatchObject({
    config: { effort: 'high', task_budget: { type: 'tokens', total: 64_000 } },
    betas: 'task-budgets-2026-03-13',
  });
  expect(await sent('claude-sonnet-4-5-20250929', { taskBudget: 64_000 })).toEqual({});
});

test('the models to choose from are those that have a word of their own', async () => {
  const models = providerOf({ ANTHROPIC_DEFAULT_OPUS_MODEL: 'claude-opus-4-5' }).models?.();
  expect(models).toContainEqual(expect.objectContaining({ value: 'sonnet', resolved: 'claude-sonnet-5-5' }));
  expect(models).toContainEqual(
    expect.objectContaining({ value: 'opus', resolved: 'claude-opus-4-5', efforts: ['low', 'medium', 'high'] }),
  );
});
