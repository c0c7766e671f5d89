import type { JsonObject, PermissionMode } from 'tenon/plugin-api';
import { strictValue } from 'tenon/plugin-api/lib/project-settings';
import { getDotted, isObject, withDotted } from './dotted.ts';

export type KeyType =
  | 'text'
  | 'boolean'
  | 'number'
  | 'object'
  | 'texts'
  | 'names'
  | 'rules'
  | 'mode'
  | 'variables'
  | 'attribution'
  | keyof typeof CHOICES;

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];

/** Types that are one of some words. */
export const CHOICES = {
  effort: [...EFFORTS, 'auto'],
  'effort limit': EFFORTS,
  match: ['prefix', 'exact'],
  shell: ['bash', 'powershell'],
  login: ['claudeai', 'console', 'gateway'],
} satisfies Record<string, readonly string[]>;

/** The keys whose type is checked, parents before children. */
export const KEY_TYPES: readonly (readonly [key: string, type: KeyType])[] = [
  ['permissions', 'object'],
  ['permissions.allow', 'texts'],
  ['permissions.ask', 'rules'],
  ['permissions.deny', 'rules'],
  ['permissions.additionalDirectories', 'texts'],
  ['permissions.defaultMode', 'mode'],
  ['permissions.disableBypassPermissionsMode', 'text'],
  ['permissions.disableAutoMode', 'text'],
  ['permissions.blockReadsOutsideWorkingDirectories', 'boolean'],
  ['permissions.blockWritesOutsideWorkingDirectories', 'boolean'],
  ['permissions.denyInsteadOfPrompting', 'boolean'],
  ['allowManagedPermissionRulesOnly', 'boolean'],
  ['allowManagedHooksOnly', 'boolean'],
  ['disableAllHooks', 'boolean'],
  ['hooks', 'object'],
  ['env', 'variables'],
  ['extensions', 'object'],
  ['enabledPlugins', 'object'],
  ['sandbox', 'object'],
  ['sandbox.enabled', 'boolean'],
  ['sandbox.failIfUnavailable', 'boolean'],
  ['sandbox.autoAllowBashIfSandboxed', 'boolean'],
  ['sandbox.allowUnsandboxedCommands', 'boolean'],
  ['sandbox.network', 'object'],
  ['sandbox.filesystem', 'object'],
  ['statusLine', 'object'],
  ['model', 'text'],
  ['fallbackModel', 'names'],
  ['availableModels', 'names'],
  ['availableModelsMatch', 'match'],
  ['enforceAvailableModels', 'boolean'],
  ['deniedModels', 'names'],
  ['modelOverrides', 'variables'],
  ['modelSettings', 'object'],
  ['effortLevel', 'effort'],
  ['maxEffortLevel', 'effort limit'],
  ['alwaysThinkingEnabled', 'boolean'],
  ['autoCompactEnabled', 'boolean'],
  ['apiKeyHelper', 'text'],
  ['proxyAuthHelper', 'text'],
  ['forceLoginMethod', 'login'],
  ['forceLoginOrgUUID', 'names'],
  ['outputStyle', 'text'],
  ['language', 'text'],
  ['attribution', 'attribution'],
  ['attribution.commit', 'text'],
  ['attribution.pr', 'text'],
  ['includeCoAuthoredBy', 'boolean'],
  ['includeGitInstructions', 'boolean'],
  ['respectGitignore', 'boolean'],
  ['defaultShell', 'shell'],
  ['bashOutputMaxChars', 'number'],
  ['cleanupPeriodDays', 'number'],
  ['plansDirectory', 'text'],
  ['autoMemoryEnabled', 'boolean'],
  ['autoMemoryDirectory', 'text'],
  ['fileCheckpointingEnabled', 'boolean'],
  ['claudeMdExcludes', 'texts'],
  ['agent', 'text'],
  ['worktree', 'object'],
  ['skillOverrides', 'object'],
  ['disableSkillShellExecution', 'boolean'],
  ['disableBundledSkills', 'boolean'],
  ['enableAllProjectMcpServers', 'boolean'],
  ['enabledMcpjsonServers', 'texts'],
  ['disabledMcpjsonServers', 'texts'],
];

export const MODES: readonly string[] = [
  'default',
  'manual',
  'acceptEdits',
  'plan',
  'auto',
  'dontAsk',
  'bypassPermissions',
] satisfies (PermissionMode | 'manual')[];

const EXPECTED: Record<KeyType, string> = {
  text: 'a text in double quotes',
  boolean: 'true or false',
  number: 'a number',
  object: 'an object in { }',
  texts: 'a list of texts in [ ]',
  names: 'a name, or a list of names in [ ]',
  rules: 'a list of rules in [ ]',
  mode: `one of ${MODES.join(', ')}`,
  variables: 'an object of texts in { }',
  attribution: 'an object in { }, true or false',
  ...(Object.fromEntries(
    Object.entries(CHOICES).map(([type, words]) => [type, `one of ${words.join(', ')}`]),
  ) as Record<keyof typeof CHOICES, string>),
};

/** What a value of a wrong type counts as, where leaving it out would permit more. */
const STRICT: Readonly<Record<string, unknown>> = {
  availableModels: [],
  availableModelsMatch: 'exact',
  maxEffortLevel: 'low',
};

export function isChoice(type: KeyType): type is keyof typeof CHOICES {
  return Object.hasOwn(CHOICES, type);
}

/** Called with a dotted key and what is wrong with it. */
export type Report = (key: string, message: string) => void;

/**
 * The settings with every value of a wrong type replaced by its strictest reading: what would permit something is left
 * out, what would forbid something forbids as much as it can.
 */
export function repairTypes(settings: JsonObject, report: Report): JsonObject {
  let repaired = settings;
  for (const [key, type] of KEY_TYPES) {
    const value = getDotted(repaired, key);
    if (value === undefined) continue;
    const right = repair(key, type, value, report);
    if (right !== value) repaired = withDotted(repaired, key, right);
  }
  return repaired;
}

function repair(key: string, type: KeyType, value: unknown, report: Report): unknown {
  const wrong = (effect: string) => report(key, `must be ${EXPECTED[type]}, got ${name(value)}; ${effect}`);
  switch (type) {
    case 'rules':
      return repairRules(value, wrong);
    case 'names':
    case 'texts': {
      if (type === 'names' && typeof value === 'string' && value !== '') return [value];
      if (type === 'names' && Object.hasOwn(STRICT, key) && !Array.isArray(value)) return strictly(key, wrong);
      if (!Array.isArray(value)) return void wrong('it does not count');
      const texts = value.filter((item) => typeof item === 'string');
      if (texts.length < value.length) wrong('the items that are no texts do not count');
      return texts.length < value.length ? texts : value;
    }
    case 'variables':
      if (!isObject(value)) return void wrong('it does not count');
      return repairVariables(key, value, report);
    case 'mode':
      if (typeof value === 'string' && MODES.includes(value)) return value;
      wrong('default is used');
      return 'default';
    case 'attribution':
      return isObject(value) || typeof value === 'boolean' ? value : void wrong('it does not count');
    case 'object':
      if (isObject(value)) return value;
      if (key !== 'permissions' || isEmpty(value)) return void wrong('it does not count');
      wrong('until that is put right every tool is denied');
      return { deny: ['*'] };
    default: {
      if (isChoice(type)) {
        return (CHOICES[type] as readonly unknown[]).includes(value) ? value : strictly(key, wrong);
      }
      if (typeof value === (type === 'text' ? 'string' : type)) return value;
      const strict = strictValue(key);
      wrong(strict === undefined ? 'it does not count' : `it counts as ${JSON.stringify(strict)}`);
      return strict;
    }
  }
}

function strictly(key: string, wrong: (effect: string) => void): unknown {
  const strict = STRICT[key];
  wrong(strict === undefined ? 'it does not count' : `it counts as ${JSON.stringify(strict)}`);
  return strict;
}

function repairRules(value: unknown, wrong: (effect: string) => void): unknown {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === 'string')) return value;
    wrong('an item that is no text counts as a rule for every tool');
    return [...new Set(value.map((item) => (typeof item === 'string' ? item : '*')))];
  }
  if (isEmpty(value)) return void wrong('it does not count');
  if (typeof value === 'string') {
    wrong('it counts as the only rule of the list');
    return [value];
  }
  wrong('until that is put right it counts as a rule for every tool');
  return ['*'];
}

function repairVariables(key: string, value: JsonObject, report: Report): JsonObject {
  const isRight = ([variable, item]: [string, unknown]) => typeof item === 'string' && isVariable(variable, item);
  if (Object.entries(value).every(isRight)) return value;
  const kept: Record<string, string> = {};
  for (const [variable, item] of Object.entries(value)) {
    const text = typeof item === 'number' || typeof item === 'boolean' ? String(item) : item;
    if (typeof text !== 'string') {
      report(`${key}.${variable}`, `must be ${EXPECTED.text}, got ${name(item)}; it does not count`);
    } else if (isVariable(variable, text)) kept[variable] = text;
    else report(`${key}.${variable}`, 'is no variable: "=" in its name or a NUL character; it does not count');
  }
  return kept;
}

/** False for what no program can be started with. */
function isVariable(name: string, value: string): boolean {
  return name !== '' && name !== '__proto__' && !/[=\0]/.test(name) && !value.includes('\0');
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function name(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'string') ? 'a list' : 'a list with other items';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length > 40 ? `a ${typeof value}` : text;
}
