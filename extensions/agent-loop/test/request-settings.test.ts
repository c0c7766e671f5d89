import { say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { program } from './program.ts';

const asked = { effort: 'high', thinking: { budgetTokens: 2000 }, betas: ['one', 'two'] } as const;

test('effort, thinking and features of the endpoint go with every request', async () => {
  const h = await program({ model: [say('a'), say('b')], session: asked });
  const run = await h.prompt('go');
  expect(run.requests[0]).toMatchObject(asked);
  expect(run.events.find(({ type }) => type === 'init')).toMatchObject({
    extra: { effort: 'high', betas: ['one', 'two'] },
  });
  const session = await h.session();
  expect(session.effort).toBe('high');
  session.setEffort('low');
  session.setThinking('disabled');
  expect((await h.prompt('go')).requests[0]).toMatchObject({ effort: 'low', thinking: 'disabled' });
});

test('nothing is said where nothing was asked for', async () => {
  const h = await program({ model: [say('a'), say('b')] });
  const run = await h.prompt('go');
  for (const field of ['effort', 'thinking', 'betas']) expect(run.requests[0]).not.toHaveProperty(field);
  expect(run.events.find(({ type }) => type === 'init')).toMatchObject({ extra: {} });
  const session = await h.session();
  session.setEffort('max');
  session.setEffort(undefined);
  expect((await h.prompt('go')).requests[0]).not.toHaveProperty('effort');
});

describe('the effort comes from', () => {
  test.each([
    ['the settings', {}, {}, 'medium'],
    ['the options before the settings', {}, { effort: 'low' }, 'low'],
    ['the environment before everything', { CLAUDE_CODE_EFFORT_LEVEL: 'max' }, { effort: 'low' }, 'max'],
    ['the model, when the environment says auto', { CLAUDE_CODE_EFFORT_LEVEL: 'auto' }, { effort: 'low' }, undefined],
  ])('%s', async (_, env, session, effort) => {
    const h = await program({ bundled: ['config'], config: { effortLevel: 'medium' }, env, session });
    expect((await h.session()).effort).toBe(effort);
  });

  test('nowhere, when the setting is no text', async () => {
    const h = await program({ bundled: ['config'], config: { effortLevel: 3 }, expectDiagnostics: ['LOG'] });
    expect((await h.session()).effort).toBeUndefined();
  });
});
