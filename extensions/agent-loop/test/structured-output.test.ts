import type { JsonSchema } from 'tenon/plugin-api';
import { callTool, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { echo, program } from './program.ts';

const schema: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, tags: { type: 'array', items: { $ref: '#/$defs/tag' } } },
  required: ['name'],
  additionalProperties: false,
  $defs: { tag: { type: 'string', minLength: 2 } },
};
const give = (input: Record<string, unknown>) => callTool('StructuredOutput', input);
const good = { name: 'Ada', tags: ['cs'] };

describe('a valid call', () => {
  test('ends the prompt without another request, and its input is the result', async () => {
    const h = await program({ model: [[say('Here it is.'), give(good)]], session: { jsonSchema: schema } });
    const run = await h.prompt('who?');
    expect(run.result).toMatchObject({
      subtype: 'success',
      isError: false,
      result: 'Here it is.',
      structuredOutput: good,
      stopReason: 'tool_use',
      terminalReason: 'completed',
      numTurns: 1,
    });
    expect(run.requests).toHaveLength(1);
    expect(run.requests[0]?.tools).toMatchObject([{ name: 'StructuredOutput', inputSchema: schema }]);
    expect(run.events.find(({ type }) => type === 'init')).toMatchObject({ tools: ['StructuredOutput'] });
    expect(run.calls()).toMatchObject([{ verdict: 'allow', isError: false }]);
  });

  test('comes after other tools, in any prompt of the session, also when no tool is offered', async () => {
    const h = await program({
      model: [callTool('Echo', { text: 'a' }), give(good), [callTool('Echo', { text: 'b' }), give({ name: 'B' })]],
      tools: [echo('Echo')],
      session: { jsonSchema: schema },
    });
    expect((await h.prompt('one')).result).toMatchObject({ structuredOutput: good, numTurns: 2 });
    const second = await h.prompt('two');
    expect(second.result).toMatchObject({ structuredOutput: { name: 'B' }, result: '{"name":"B"}' });
    expect(second.calls('Echo')[0]?.result).toBe('Echo: b');

    const bare = await program({
      model: [give(good)],
      tools: [echo('Echo')],
      session: { jsonSchema: schema, tools: [] },
    });
    const run = await bare.prompt('one');
    expect(run.result.structuredOutput).toEqual(good);
    expect(run.requests[0]?.tools).toHaveLength(1);
  });

  test('is not the end when a Stop tap sends the model on', async () => {
    let stops = 0;
    const h = await program({
      model: [give({ name: 'first' }), give({ name: 'second' })],
      session: { jsonSchema: schema },
      taps: { Stop: () => (stops++ === 0 ? { verdict: 'go-on', reason: 'look again' } : undefined) },
    });
    const run = await h.prompt('who?');
    expect(run.result.structuredOutput).toEqual({ name: 'second' });
    expect(run.requests[1]?.prompt).toBe('look again');
  });
});

describe('the model tries again', () => {
  test('after an input that does not fit', async () => {
    const h = await program({
      model: [give({ tags: ['x'] }), give(good)],
      session: { jsonSchema: schema },
    });
    const run = await h.prompt('who?');
    expect(run.calls()[0]).toMatchObject({ isError: true, verdict: 'none' });
    expect(run.calls()[0]?.result).toMatch(/name: is required.*tags\.0: must have at least 2 characters/);
    expect(run.result).toMatchObject({ structuredOutput: good, numTurns: 2 });
  });

  test('after an answer of text alone', async () => {
    const stops: unknown[] = [];
    const h = await program({
      model: [say('It is Ada.'), give(good)],
      session: { jsonSchema: schema },
      taps: { Stop: () => void stops.push(1) },
    });
    const run = await h.prompt('who?');
    expect(run.requests[1]?.prompt).toContain('calling the tool StructuredOutput');
    expect(run.result.structuredOutput).toEqual(good);
    expect(stops).toHaveLength(1);
  });

  test.each([
    [{}, 6],
    [{ MAX_STRUCTURED_OUTPUT_RETRIES: '1' }, 2],
    [{ MAX_STRUCTURED_OUTPUT_RETRIES: '0' }, 1],
  ])('but not for ever: %o', async (env, requests) => {
    const failing = Array.from({ length: requests }, (_, index) => (index % 2 === 0 ? give({}) : say('Ada')));
    const h = await program({ model: [...failing, give(good)], env, session: { jsonSchema: schema } });
    const run = await h.prompt('who?');
    expect(run.requests).toHaveLength(requests);
    expect(run.result).toMatchObject({
      subtype: 'error_max_structured_output_retries',
      terminalReason: 'structured_output_retry_exhausted',
      isError: true,
      numTurns: requests,
      errors: [expect.stringContaining('MAX_STRUCTURED_OUTPUT_RETRIES')],
    });
    expect(run.result.structuredOutput).toBeUndefined();
    // every prompt counts by itself
    expect((await h.prompt('again')).result.structuredOutput).toEqual(good);
  });
});

test.each([
  [{ type: 'array' } as const, 'it must describe an object'],
  [{ type: 'object', properties: { a: { type: 'text' } } } as unknown as JsonSchema, 'a: type must be one of string'],
])('a schema that cannot be used is refused: %o', async (jsonSchema, message) => {
  const h = await program();
  await expect(h.open({ jsonSchema })).rejects.toThrow(message);
});
