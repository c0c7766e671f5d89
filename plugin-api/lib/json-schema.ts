import type { JsonSchema, JsonType, SchemaIssue, SchemaResult } from '../schema.ts';

/**
 * Checks a value against the keywords that `JsonSchema` names (JSON Schema, draft 2020-12), `allOf`, and a `$ref` that
 * stays inside of the schema; fills in the defaults of object properties. It changes nothing in `value`.
 */
export function checkSchema(schema: JsonSchema, value: unknown): SchemaResult<unknown> {
  const issues: SchemaIssue[] = [];
  const checked = check(schema, value, [], issues, schema);
  return issues.length > 0 ? { issues } : { value: checked };
}

/** One line for a person or a model: `limit: must be a number, got a string`. */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ');
}

type Path = readonly (string | number)[];

/** References that may follow each other; more are a circle. */
const MOST_REFERENCES = 32;

function check(given: JsonSchema, value: unknown, path: Path, issues: SchemaIssue[], root: JsonSchema): unknown {
  const schema = resolved(given, root);
  const fail = (message: string) => void issues.push({ path, message });
  if (schema.const !== undefined && !same(schema.const, value)) fail(`must be ${JSON.stringify(schema.const)}`);
  if (schema.enum !== undefined && !schema.enum.some((one) => same(one, value))) {
    fail(`must be one of ${schema.enum.map((one) => JSON.stringify(one)).join(', ')}, got ${show(value)}`);
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return checkAny(alternatives, value, path, issues, root);
  const all = schema.allOf as readonly JsonSchema[] | undefined;
  let filled = value;
  for (const part of all ?? []) filled = check(part, filled, path, issues, root);
  return checkValue(schema, filled, path, issues, root);
}

function checkValue(schema: JsonSchema, value: unknown, path: Path, issues: SchemaIssue[], root: JsonSchema): unknown {
  const fail = (message: string) => void issues.push({ path, message });
  const types = schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.length > 0 && !types.some((type) => isType(type, value))) {
    fail(`must be ${types.map(article).join(' or ')}, got ${show(value)}`);
    return value;
  }
  if (typeof value === 'string') checkText(schema, value, fail);
  else if (typeof value === 'number') checkNumber(schema, value, fail);
  else if (Array.isArray(value)) return checkList(schema, value, path, issues, root);
  else if (typeof value === 'object' && value !== null) return checkObject(schema, value as Fields, path, issues, root);
  return value;
}

type Fields = Record<string, unknown>;

function checkAny(
  alternatives: readonly JsonSchema[],
  value: unknown,
  path: Path,
  issues: SchemaIssue[],
  root: JsonSchema,
): unknown {
  let closest: SchemaIssue[] | undefined;
  for (const alternative of alternatives) {
    const found: SchemaIssue[] = [];
    const checked = check(alternative, value, path, found, root);
    if (found.length === 0) return checked;
    if (closest === undefined || found.length < closest.length) closest = found;
  }
  issues.push(...(closest ?? []));
  return value;
}

function checkText(schema: JsonSchema, value: string, fail: (message: string) => void): void {
  if (schema.minLength !== undefined && value.length < schema.minLength) {
    fail(schema.minLength === 1 ? 'must not be empty' : `must have at least ${schema.minLength} characters`);
  }
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    fail(`must have at most ${schema.maxLength} characters`);
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value))
    fail(`must match ${schema.pattern}`);
}

function checkNumber(schema: JsonSchema, value: number, fail: (message: string) => void): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && value < minimum) fail(`must be at least ${minimum}, got ${value}`);
  if (maximum !== undefined && value > maximum) fail(`must be at most ${maximum}, got ${value}`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    fail(`must be more than ${exclusiveMinimum}, got ${value}`);
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
    fail(`must be less than ${exclusiveMaximum}, got ${value}`);
}

function checkList(
  schema: JsonSchema,
  value: readonly unknown[],
  path: Path,
  issues: SchemaIssue[],
  root: JsonSchema,
): unknown {
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    issues.push({ path, message: `must have at least ${schema.minItems} items, got ${value.length}` });
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    issues.push({ path, message: `must have at most ${schema.maxItems} items, got ${value.length}` });
  }
  const { items } = schema;
  return items === undefined ? value : value.map((item, index) => check(items, item, [...path, index], issues, root));
}

function checkObject(schema: JsonSchema, value: Fields, path: Path, issues: SchemaIssue[], root: JsonSchema): unknown {
  const { properties = {}, required = [], additionalProperties } = schema;
  const checked: Fields = {};
  for (const name of required) {
    if (!Object.hasOwn(value, name)) issues.push({ path: [...path, name], message: 'is required' });
  }
  for (const [name, given] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (own !== undefined) checked[name] = check(own, given, [...path, name], issues, root);
    else if (additionalProperties === false) {
      const known = Object.keys(properties).join(', ');
      issues.push({ path: [...path, name], message: `is not known; known are: ${known || 'none'}` });
    } else if (typeof additionalProperties === 'object') {
      checked[name] = check(additionalProperties, given, [...path, name], issues, root);
    } else checked[name] = given;
  }
  for (const [name, own] of Object.entries(properties)) {
    if (own.default !== undefined && !Object.hasOwn(value, name)) checked[name] = structuredClone(own.default);
  }
  return checked;
}

function isType(type: JsonType, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function article(type: JsonType): string {
  if (type === 'null') return 'null';
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function show(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length > 40 ? `a ${typeof value}` : text;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The schema that a `$ref` such as `#/$defs/item` leads to; one that leads nowhere asks for nothing. */
function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let at: unknown = schema;
  for (let count = 0; count < MOST_REFERENCES; count++) {
    const { $ref: reference } = (at ?? {}) as { $ref?: unknown };
    if (typeof reference !== 'string') return (at ?? {}) as JsonSchema;
    at = referenced(reference, root);
  }
  return {};
}

/** What a reference such as `#/$defs/item` names in `root`; `undefined` when there is nothing. */
export function referenced(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return undefined;
  let at: unknown = root;
  for (const part of reference.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Fields)[name];
  }
  return at;
}
