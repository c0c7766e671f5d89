import type { ComponentPlugin, JsonObject } from 'tenon/plugin-api';

/** What may be filled in. */
export interface Filling {
  readonly plugin: ComponentPlugin;
  /** `all` answers of the user, only those that are no secret (`shown`), or none. */
  readonly options: 'all' | 'shown' | 'none';
}

// not ${X:-.} and its kind: these are the shell's
const VARIABLE = /\$\{(CLAUDE_PLUGIN_ROOT|CLAUDE_PLUGIN_DATA|user_config\.([A-Za-z_]\w*))\}/g;

/**
 * Fills in the variables of a plugin. One that has no value stays as it is written, and so do all others: they belong to
 * the session, the environment or the shell.
 */
export function fillIn(text: string, { plugin, options }: Filling): string {
  if (!text.includes('${')) return text;
  // what is filled in is not looked at again
  return text.replace(VARIABLE, (whole, name: string, option: string | undefined) => {
    if (name === 'CLAUDE_PLUGIN_ROOT') return plugin.root;
    if (name === 'CLAUDE_PLUGIN_DATA') return plugin.data;
    if (option === undefined || options === 'none') return whole;
    if (options === 'shown' && plugin.sensitive.includes(option)) return whole;
    const value = Object.hasOwn(plugin.options, option) ? plugin.options[option] : undefined;
    if (value === undefined) return whole;
    return Array.isArray(value) ? value.join(',') : String(value);
  });
}

/** The same in all texts of a JSON value. */
export function fillInAll<T>(value: T, filling: Filling): T {
  if (typeof value === 'string') return fillIn(value, filling) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => fillInAll(one, filling)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fillInAll(one as unknown, filling)])) as T;
}

/** The names of options that a text asks for. */
export function optionsIn(text: string): readonly string[] {
  return [...text.matchAll(VARIABLE)].flatMap(([, , option]) => (option === undefined ? [] : [option]));
}

/** A server of a plugin with its variables filled in. A program that makes headers is not given the user's answers. */
export function fillInServer(config: JsonObject, plugin: ComponentPlugin): JsonObject {
  const { headersHelper, ...rest } = config;
  const filled = fillInAll(rest, { plugin, options: 'all' });
  if (headersHelper === undefined) return filled;
  return { ...filled, headersHelper: fillInAll(headersHelper, { plugin, options: 'none' }) };
}
