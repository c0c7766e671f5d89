import { tmpdir } from 'node:os';
import type { HookName, JsonSchema, SessionRef, ValueOf } from 'tenon/plugin-api';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { hooksSchema } from './schemas.gen.ts';

/** Types may refer to themselves; deeper than this they are left empty. */
const DEEPEST = 12;

/** Calls that an extension is likely to look at. */
const CALLS = [
  { tool: 'Bash', input: { command: 'echo sample' } },
  { tool: 'Read', input: { file_path: 'sample.txt' } },
  { tool: 'Write', input: { file_path: 'sample.txt', content: 'sample\n' } },
  { tool: 'Edit', input: { file_path: 'sample.txt', old_string: 'a', new_string: 'b' } },
];

/**
 * Values to try the taps of a hook with: what its type asks for, filled in as simply as can be. For hooks about calls, one
 * for each of several tools.
 * @param tools further tools, those of the extension
 */
export function sampleValues<N extends HookName>(hook: N, tools: readonly string[]): readonly ValueOf<N>[] {
  const schema = hooksSchema.properties?.[hook]?.properties?.value;
  if (schema === undefined) return [];
  const value = sampleOf(schema, '', 0) as Record<string, unknown>;
  if ('session' in value || hasSession(schema)) value.session = sampleSession();
  const calls = [...CALLS, ...tools.map((tool) => ({ tool, input: {} }))];
  const all = 'tool' in value && 'input' in value ? calls.map((call) => ({ ...value, ...call })) : [value];
  return all as unknown as readonly ValueOf<N>[];
}

function hasSession(schema: JsonSchema): boolean {
  return resolved(schema).properties?.session !== undefined;
}

/** A session that exists only as a value. */
function sampleSession(): SessionRef {
  const memory = new Map<string, unknown>();
  const cwd = tmpdir();
  return {
    id: randomUuid(),
    cwd,
    root: cwd,
    permissionMode: 'default',
    signal: new AbortController().signal,
    state<T>(key: string, make: () => T): T {
      if (!memory.has(key)) memory.set(key, make());
      return memory.get(key) as T;
    },
  };
}

function sampleOf(given: JsonSchema, name: string, depth: number): unknown {
  const schema = resolved(given);
  if (depth > DEEPEST) return undefined;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const first = schema.anyOf?.[0];
  if (first !== undefined) return sampleOf(first, name, depth + 1);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string':
      return textFor(name);
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((key) => [key, sampleOf(schema.properties?.[key] ?? {}, key, depth + 1)]),
      );
    default:
      return null;
  }
}

function textFor(name: string): string {
  if (/^(cwd|root|dir|path|from|to|directory)$/i.test(name)) return tmpdir();
  return /^(id|uuid)$|Id$/.test(name) ? randomUuid() : 'sample';
}

function resolved(schema: JsonSchema): JsonSchema {
  const { $ref: reference } = schema;
  if (typeof reference !== 'string') return schema;
  const definitions = hooksSchema.$defs as Readonly<Record<string, JsonSchema>>;
  return definitions[reference.slice('#/$defs/'.length)] ?? {};
}
