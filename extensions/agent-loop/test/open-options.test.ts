import { type Invocation, UsageError } from 'tenon/plugin-api';
import { openOptions } from 'tenon/plugin-api/lib/open-options';
import { tempProject } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';

const from = (flags: Invocation['flags'], cwd = '/') => openOptions({ flags, args: [], argv: [] }, { cwd });

test.each<[Invocation['flags'], object]>([
  [{}, {}],
  [{ print: true, 'add-dir': ['x'] }, {}],
  [
    { model: 'opus', 'max-turns': '3' },
    { model: 'opus', maxTurns: 3 },
  ],
  [
    { 'system-prompt': '', 'append-system-prompt': 'b' },
    { systemPrompt: '', appendSystemPrompt: 'b' },
  ],
  [{ tools: 'Bash,Read Edit' }, { tools: ['Bash', 'Read', 'Edit'] }],
  [{ tools: '' }, { tools: [] }],
  [{ tools: 'default' }, {}],
  [{ continue: true }, { resume: 'latest' }],
  [
    { resume: '000123', 'fork-session': true },
    { resume: '000123', fork: true },
  ],
  [
    { 'session-id': '123e4567-e89b-42d3-a456-426614174000', 'no-session-persistence': true, name: 'n' },
    { id: '123e4567-e89b-42d3-a456-426614174000', persist: false, title: 'n' },
  ],
  [
    { 'fallback-model': 'sonnet, haiku', betas: 'a,b', effort: 'high', 'max-budget-usd': '2.50' },
    { fallbackModels: ['sonnet', 'haiku'], betas: ['a', 'b'], effort: 'high', maxBudgetUsd: 2.5 },
  ],
  [{ 'max-thinking-tokens': '4000' }, { thinking: { budgetTokens: 4000 } }],
  [{ 'max-thinking-tokens': '4000', thinking: 'adaptive' }, { thinking: { budgetTokens: 4000 } }],
  [{ 'max-thinking-tokens': '4000', thinking: 'disabled' }, { thinking: 'disabled' }],
  [{ 'max-thinking-tokens': '0' }, { thinking: 'disabled' }],
  [{ thinking: 'enabled' }, { thinking: 'adaptive' }],
  [{ 'json-schema': '{"properties":{"a":{}}}' }, { jsonSchema: { type: 'object', properties: { a: {} } } }],
])('%o', (flags, options) => {
  expect(from(flags)).toEqual(options);
});

describe('a mistake names its flag', () => {
  test.each<[Invocation['flags'], string]>([
    [{ 'max-turns': '0' }, '--max-turns must be a whole number of at least 1, got "0"'],
    [{ 'max-turns': '1.5' }, '--max-turns'],
    [{ 'max-turns': '1e3' }, '--max-turns'],
    [{ model: '' }, '--model needs a value'],
    [{ 'session-id': 'x' }, '--session-id must be a UUID'],
    [
      { 'session-id': '123e4567-e89b-42d3-a456-426614174000', continue: true },
      '--session-id is the id of a new session',
    ],
    [{ 'max-budget-usd': '0' }, '--max-budget-usd must be an amount above 0 such as 2.50, got "0"'],
    [{ 'max-budget-usd': '$5' }, '--max-budget-usd'],
    [{ 'fallback-model': ' , ' }, '--fallback-model needs at least one name'],
    [{ 'max-thinking-tokens': '-1' }, '--max-thinking-tokens must be a whole number of at least 0'],
    [{ thinking: 'hard' }, '--thinking must be one of enabled, adaptive, disabled, got "hard"'],
    [{ 'json-schema': 'missing.json' }, '--json-schema: /missing.json cannot be read'],
    [{ 'json-schema': '{"type":"object"' }, '--json-schema cannot be read'],
    [{ 'json-schema': '{"type":"array"}' }, '--json-schema must describe an object ("type": "object"), got "array"'],
    [
      { 'json-schema': '{"properties":{"a":{"items":{"type":"text"}}}}' },
      '--json-schema is no JSON schema: a.items: type must be one of string,',
    ],
    [{ 'fork-session': true }, '--fork-session copies an earlier session'],
    [{ resume: true }, '--resume needs the id of a session'],
    [{ resume: 'a', continue: true }, '--continue and --resume cannot be used together'],
    [{ 'system-prompt': 'a', 'system-prompt-file': 'b' }, '--system-prompt and --system-prompt-file cannot'],
    [{ 'append-system-prompt-file': 'missing.md' }, '--append-system-prompt-file: /missing.md cannot be read'],
  ])('%o', (flags, message) => {
    expect(() => from(flags)).toThrow(UsageError);
    expect(() => from(flags)).toThrow(message);
  });
});

test('a schema is read from a file', async () => {
  const { dir } = await tempProject({ files: { 's.json': '\ufeff{"type":"object"}', 'bad.json': '[]' } });
  expect(from({ 'json-schema': 's.json' }, dir)).toEqual({ jsonSchema: { type: 'object' } });
  expect(() => from({ 'json-schema': 'bad.json' }, dir)).toThrow(`${dir}/bad.json is no JSON schema`);
});

test('prompts are read from files, from the working directory', async () => {
  const { dir } = await tempProject({ files: { 'p/a.md': 'Be kind.\n' } });
  expect(from({ 'system-prompt-file': 'p/a.md', 'append-system-prompt-file': `${dir}/p/a.md` }, dir)).toEqual({
    systemPrompt: 'Be kind.\n',
    appendSystemPrompt: 'Be kind.\n',
  });
});
