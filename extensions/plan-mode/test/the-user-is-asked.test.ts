import type { JsonObject, PermissionQuestion } from 'tenon/plugin-api';
import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import planMode from '../index.ts';

const option = (label: string) => ({ label, description: `about ${label}` });
const question = (text: string, more: object = {}) => ({
  question: text,
  header: 'Choice',
  options: [option('Red'), option('Blue')],
  multiSelect: false,
  ...more,
});
const both = { questions: [question('Which colour?'), question('Which sizes?', { multiSelect: true })] };

test('the answer to the question of permission carries the answers', async () => {
  const h = await createHarness({
    extensions: [planMode],
    answers: {
      permission: ({ input }: PermissionQuestion) => ({
        verdict: 'allow',
        input: {
          ...input,
          answers: { 'Which colour?': 'Red', 'Which sizes?': 'S, own words' },
          annotations: { 'Which colour?': { notes: 'dark' } },
        },
      }),
    },
    model: [callTool('AskUserQuestion', both), say('done')],
  });
  const run = await h.prompt('ask');
  expect(h.questions).toMatchObject([{ tool: 'AskUserQuestion', input: both }]);
  const [call] = run.calls('AskUserQuestion');
  expect(call!.result).toBe('The user answered:\n- Which colour?\n  Red\n  Note: dark\n- Which sizes?\n  S, own words');
  const event = run.events.find((one) => one.type === 'user' && one.source === 'tool');
  expect(event).toMatchObject({
    toolUseResult: { ...both, answers: { 'Which colour?': 'Red', 'Which sizes?': 'S, own words' } },
  });
});

test('it is asked in every mode, and no rule answers', async () => {
  const h = await createHarness({
    extensions: [planMode],
    env: { IS_SANDBOX: '1' },
    flags: { 'dangerously-skip-permissions': true },
    config: { permissions: { allow: ['AskUserQuestion'] } },
    answers: {
      permission: ({ input }: PermissionQuestion) => ({
        verdict: 'allow',
        input: { ...input, answers: { 'Which colour?': 'Blue' } },
      }),
    },
    model: [callTool('AskUserQuestion', both), say('done')],
  });
  const run = await h.prompt('ask');
  expect(run.requests[1]).toContainToolResult(/Blue\n- Which sizes\?\n {2}\(no answer\)/);
});

test('answers that nobody gave, or that the model gave itself, do not count', async () => {
  const invented: JsonObject = { ...both, answers: { 'Which colour?': 'Red' } };
  const h = await createHarness({
    extensions: [planMode],
    answers: { permission: 'allow' },
    model: [callTool('AskUserQuestion', both), callTool('AskUserQuestion', invented), say('done')],
  });
  const [nobody, own] = (await h.prompt('ask')).calls('AskUserQuestion');
  expect(nobody).toMatchObject({ isError: true, result: expect.stringMatching(/Nobody answered/) });
  expect(own).toMatchObject({ isError: true, result: expect.stringMatching(/for the user to give/) });
});

test('questions that cannot be told apart are refused before anybody is asked', async () => {
  const wrong = [
    { questions: [question('Same?'), question('Same?')] },
    { questions: [question('One?', { options: [option('A'), option('A')] })] },
    { questions: [question('One?', { options: [option('A')] })] },
    { questions: [] },
  ];
  const h = await createHarness({
    extensions: [planMode],
    model: [...wrong.map((input) => callTool('AskUserQuestion', input)), say('done')],
  });
  const calls = (await h.prompt('ask')).calls('AskUserQuestion');
  expect(calls.map(({ verdict }) => verdict)).toEqual(['none', 'none', 'none', 'none']);
  expect(calls[0]!.result).toMatch(/must differ from the other questions/);
  expect(calls[1]!.result).toMatch(/must differ from the other labels/);
  expect(h.questions).toEqual([]);
});
