import { type AgentDefinition, type JsonObject, type PermissionMode, UsageError } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';

const MODES = ['default', 'manual', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions'];
const FIELDS = [
  'description',
  'prompt',
  'tools',
  'disallowedTools',
  'model',
  'effort',
  'permissionMode',
  'maxTurns',
  'skills',
  'mcpServers',
  'hooks',
  'memory',
  'background',
  'isolation',
  'initialPrompt',
  'color',
  'omitInstructions',
  'omitClaudeMd',
  // of SDK programs; without a meaning here
  'criticalSystemReminder_EXPERIMENTAL',
  'experimental',
  'name',
];

/**
 * Agents as the flag `--agents` and SDK programs write them: name to definition.
 * @param where for messages: `--agents`
 * @param warn hears of fields that are not known
 * @throws UsageError that names the agent, the field, and what was expected
 */
export function agentsOf(value: unknown, where: string, warn: (text: string) => void): readonly AgentDefinition[] {
  if (!isObject(value)) throw new UsageError(`${where}: expected an object with a definition for each name`);
  return Object.entries(value).map(([name, given]) => agentOf(name, given, where, warn));
}

function agentOf(name: string, given: unknown, where: string, warn: (text: string) => void): AgentDefinition {
  const at = `${where}: ${JSON.stringify(name)}`;
  if (name.trim() === '' || name.startsWith('-') || /[:*(),]/.test(name)) {
    throw new UsageError(`${at} cannot be the name of an agent; use letters, digits, dashes and underscores`);
  }
  if (!isObject(given)) throw new UsageError(`${at}: expected an object with "description" and "prompt"`);
  const fields = new Fields(at, given);
  for (const field of Object.keys(given)) {
    if (FIELDS.includes(field)) continue;
    const near = nearest(field, FIELDS);
    warn(`${at}: the field ${JSON.stringify(field)} is not known${near === undefined ? '' : `; is ${near} meant?`}`);
  }
  const description = fields.text('description');
  const prompt = fields.text('prompt');
  if (description === undefined) throw fields.wrong('description', 'a text that says when to use it');
  if (prompt === undefined) throw fields.wrong('prompt', 'a text: its system prompt');
  const omits = fields.flag('omitInstructions') ?? fields.flag('omitClaudeMd');
  const mode = fields.choice('permissionMode', MODES);
  return {
    name,
    description,
    origin: { kind: 'caller', trusted: true },
    prompt: async () => prompt,
    ...some('tools', fields.names('tools')),
    ...some('disallowedTools', fields.names('disallowedTools')),
    ...some('model', fields.text('model')),
    ...some('effort', fields.text('effort') ?? fields.number('effort')?.toString()),
    ...some('permissionMode', (mode === 'manual' ? 'default' : mode) as PermissionMode | undefined),
    ...some('maxTurns', fields.number('maxTurns')),
    ...some('skills', fields.names('skills')),
    ...some('mcpServers', fields.servers('mcpServers')),
    ...some('hooks', fields.object('hooks')),
    ...some('memory', fields.choice('memory', ['user', 'project', 'local']) as AgentDefinition['memory']),
    ...some('background', fields.flag('background')),
    ...some('isolation', fields.choice('isolation', ['worktree']) as AgentDefinition['isolation']),
    ...some('initialPrompt', fields.text('initialPrompt')),
    ...some('color', fields.text('color')),
    ...some('omitInstructions', omits),
  };
}

function some<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}

/** The fields of one definition. What is `null` is not there. */
class Fields {
  private readonly at: string;
  private readonly given: JsonObject;

  constructor(at: string, given: JsonObject) {
    this.at = at;
    this.given = given;
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || (name === 'effort' && typeof value === 'number')) return undefined;
    if (typeof value !== 'string' || value.trim() === '') throw this.wrong(name, 'a text');
    return value;
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
      throw this.wrong(name, 'a whole number of at least 1');
    }
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.wrong(name, 'true or false');
  }

  choice(name: string, choices: readonly string[]): string | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || !choices.includes(value)) throw this.wrong(name, `one of ${choices.join(', ')}`);
    return value;
  }

  /** A list of names, or one text with commas between them. */
  names(name: string): readonly string[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return splitNames(value);
    if (!Array.isArray(value) || value.some((one) => typeof one !== 'string'))
      throw this.wrong(name, 'a list of names');
    return value as readonly string[];
  }

  object(name: string): JsonObject | undefined {
    const value = this.value(name);
    if (value === undefined || isObject(value)) return value;
    throw this.wrong(name, 'an object');
  }

  servers(name: string): AgentDefinition['mcpServers'] {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((one) => typeof one === 'string' || isObject(one))) return value;
    throw this.wrong(name, 'a list of names and of servers');
  }

  wrong(name: string, expected: string): UsageError {
    const value = this.given[name];
    const got = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)).slice(0, 80);
    return new UsageError(`${this.at}: "${name}" must be ${expected}, got ${got}`);
  }

  private value(name: string): unknown {
    return Object.hasOwn(this.given, name) ? (this.given[name] ?? undefined) : undefined;
  }
}

/** Splits at commas that are not within parentheses. */
function splitNames(text: string): readonly string[] {
  return (text.match(/(?:[^,(]|\([^)]*\))+/g) ?? []).map((one) => one.trim()).filter((one) => one !== '');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
