import type { JsonType } from '../schema.ts';
import { referenced } from './json-schema.ts';

/**
 * What is wrong with a schema itself, as far as `checkSchema` reads it, with the place; `undefined` when nothing is.
 * @param schema anything, such as parsed JSON
 */
export function schemaProblem(schema: unknown): string | undefined {
  return problemIn(schema, '', schema);
}

const TYPES: readonly unknown[] = [
  'string',
  'number',
  'integer',
  'boolean',
  'object',
  'array',
  'null',
] satisfies JsonType[];

function problemIn(schema: unknown, place: string, root: unknown): string | undefined {
  const at = place === '' ? 'the schema' : place;
  if (typeof schema === 'boolean' && place !== '') return undefined;
  if (!isObject(schema)) return `${at} must be an object, got ${JSON.stringify(schema)}`;
  const fields = schema;
  const { type, required, pattern, $ref: reference } = fields;
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  const wrong = types.find((one) => !TYPES.includes(one));
  if (wrong !== undefined) return `${at}: type must be one of ${TYPES.join(', ')}, got ${JSON.stringify(wrong)}`;
  if (required !== undefined && !(Array.isArray(required) && required.every((one) => typeof one === 'string')))
    return `${at}: required must be a list of names`;
  if (fields.enum !== undefined && !(Array.isArray(fields.enum) && fields.enum.length > 0))
    return `${at}: enum must be a list of values`;
  if (pattern !== undefined && !isPattern(pattern)) return `${at}: pattern must be a regular expression`;
  if (typeof reference === 'string' && reference.startsWith('#') && referenced(reference, root) === undefined)
    return `${at}: ${reference} leads nowhere`;
  for (const name of ['properties', '$defs', 'definitions']) {
    const inner = fields[name];
    if (inner === undefined) continue;
    if (!isObject(inner)) return `${at}: ${name} must be an object of schemas`;
    for (const [key, one] of Object.entries(inner)) {
      const problem = problemIn(one, join(place, name === 'properties' ? key : `${name}.${key}`), root);
      if (problem !== undefined) return problem;
    }
  }
  for (const name of ['anyOf', 'oneOf', 'allOf']) {
    const inner = fields[name];
    if (inner === undefined) continue;
    if (!Array.isArray(inner) || inner.length === 0) return `${at}: ${name} must be a list of schemas`;
    for (const [index, one] of inner.entries()) {
      const problem = problemIn(one, join(place, `${name}.${index}`), root);
      if (problem !== undefined) return problem;
    }
  }
  for (const name of ['items', 'additionalProperties']) {
    if (fields[name] === undefined) continue;
    const problem = problemIn(fields[name], join(place, name), root);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function join(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}

function isPattern(text: unknown): boolean {
  try {
    return typeof text === 'string' && new RegExp(text, 'u') !== undefined;
  } catch {
    return false; // the caller says so
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
