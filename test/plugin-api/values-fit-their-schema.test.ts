import type { JsonSchema } from 'tenon/plugin-api';
import { checkSchema, describeIssues } from 'tenon/plugin-api/lib/json-schema';
import { schemaProblem } from 'tenon/plugin-api/lib/schema-problem';
import { describe, expect, test } from 'vitest';

const problem = (schema: JsonSchema, value: unknown) => {
  const { issues } = checkSchema(schema, value);
  return issues === undefined ? undefined : describeIssues(issues);
};

describe('references inside of a schema', () => {
  const tree: JsonSchema = {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        required: ['name'],
      },
    },
  };

  test('are followed, also in a circle', () => {
    expect(problem(tree, { name: 'a', children: [{ name: 'b', children: [] }] })).toBeUndefined();
    expect(problem(tree, { name: 'a', children: [{ children: [] }] })).toBe('children.0.name: is required');
  });

  test('may be escaped', () => {
    const schema = { properties: { a: { $ref: '#/$defs/x~1y~0z' } }, $defs: { 'x/y~z': { type: 'number' } } };
    expect(problem(schema as JsonSchema, { a: 'b' })).toBe('a: must be a number, got "b"');
  });

  test.each([{ $ref: '#' }, { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }, { $ref: 'https://x/y' }])(
    'that lead nowhere ask for nothing: %o',
    (schema) => {
      expect(problem(schema as JsonSchema, 5)).toBeUndefined();
    },
  );
});

test('all parts of allOf count, and their defaults are filled in', () => {
  const schema: JsonSchema = {
    allOf: [
      { properties: { a: { type: 'integer', default: 1 } } },
      { required: ['b'], properties: { b: { enum: ['x', 'y'] } } },
    ],
    type: 'object',
  };
  expect(checkSchema(schema, { b: 'x' })).toEqual({ value: { a: 1, b: 'x' } });
  expect(problem(schema, { a: 'no', b: 'z' })).toBe(
    'a: must be an integer, got "no"; b: must be one of "x", "y", got "z"',
  );
});

describe('a schema', () => {
  test.each<[unknown, string | undefined]>([
    [{}, undefined],
    [{ type: ['string', 'null'], properties: { a: true, b: { items: { anyOf: [{ const: 1 }] } } } }, undefined],
    [{ $ref: '#/$defs/a', $defs: { a: {} } }, undefined],
    ['object', 'the schema must be an object, got "object"'],
    [true, 'the schema must be an object, got true'],
    [{ type: 'text' }, 'the schema: type must be one of'],
    [{ properties: [] }, 'the schema: properties must be an object of schemas'],
    [{ properties: { a: { properties: { b: 5 } } } }, 'a.b must be an object, got 5'],
    [{ required: 'a' }, 'required must be a list of names'],
    [{ enum: [] }, 'enum must be a list of values'],
    [{ items: { pattern: '(' } }, 'items: pattern must be a regular expression'],
    [{ anyOf: {} }, 'anyOf must be a list of schemas'],
    [{ oneOf: [{}, { type: 1 }] }, 'oneOf.1: type must be one of'],
    [{ additionalProperties: 'no' }, 'additionalProperties must be an object, got "no"'],
    [{ $defs: { a: { type: 'x' } } }, '$defs.a: type'],
    [{ properties: { a: { $ref: '#/$defs/b' } } }, 'a: #/$defs/b leads nowhere'],
  ])('%j: %s', (schema, expected) => {
    const found = schemaProblem(schema);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(expected);
  });
});
