import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { ComponentPlugin, JsonObject, PluginProblem } from 'tenon/plugin-api';
import type { UserOption } from './contents.ts';

type Value = ComponentPlugin['options'][string];

/** The user's answers to the questions of a plugin. */
export interface UserOptions {
  readonly options: Readonly<Record<string, Value>>;
  readonly sensitive: readonly string[];
  readonly problems: readonly PluginProblem[];
}

/**
 * Checks the answers and fills in the defaults. What is wrong or missing is reported; the plugin takes part without it.
 * @param given by the name of the option
 */
export function optionsOf(
  questions: Readonly<Record<string, UserOption>>,
  given: JsonObject,
  home: string,
): UserOptions {
  const options: Record<string, Value> = {};
  const problems: PluginProblem[] = [];
  const sensitive: string[] = [];
  for (const [name, question] of Object.entries(questions)) {
    if (question.sensitive === true) sensitive.push(name);
    const say = (message: string) => problems.push({ type: 'user-config', severity: 'error', message });
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const answer = value === undefined ? question.default : checked(question, value, home);
    if (answer instanceof Error) say(`the option ${name} ${answer.message}; it counts as not given`);
    const used = answer instanceof Error ? question.default : answer;
    if (used !== undefined) options[name] = used;
    else if (question.required === true && !(answer instanceof Error)) {
      say(`the option ${name} has no value and is required; set pluginConfigs in your settings`);
    }
  }
  return { options, sensitive, problems };
}

function checked(question: UserOption, value: unknown, home: string): Value | Error {
  if (question.multiple !== true) return single(question, value, home);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const checkedValues = values.map((one) => single(question, one, home));
  const wrong = checkedValues.find((one) => one instanceof Error);
  return wrong ?? checkedValues.map(String);
}

function single({ type, min, max }: UserOption, value: unknown, home: string): string | number | boolean | Error {
  switch (type) {
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || Number.isNaN(number)) return new Error('must be a number');
      if (min !== undefined && number < min) return new Error(`must be at least ${min}`);
      return max !== undefined && number > max ? new Error(`must be at most ${max}`) : number;
    }
    case 'boolean':
      if (value === true || value === 'true') return true;
      return value === false || value === 'false' ? false : new Error('must be true or false');
    case 'directory':
    case 'file': {
      if (typeof value !== 'string' || value === '') return new Error('must be a path');
      const path = value === '~' || value.startsWith('~/') ? join(home, value.slice(1)) : value;
      if (!isAbsolute(path)) return new Error('must be an absolute path');
      const found = statSync(path, { throwIfNoEntry: false });
      const fits = type === 'file' ? found?.isFile() : found?.isDirectory();
      return fits === true ? path : new Error(`names no ${type} that is there (${path})`);
    }
    default:
      return typeof value === 'string' ? value : new Error('must be a text');
  }
}
