import type { ComponentOrigin, ConfigLayer, HookHandler, PluginProblem } from 'tenon/plugin-api';
import { isObject, present } from './fields.ts';
import { handlersOf } from './hook-handlers.ts';
import type { Part } from './part.ts';
import type { Switches } from './switches.ts';

const KINDS: Readonly<Partial<Record<ConfigLayer['source'], ComponentOrigin['kind']>>> = {
  managed: 'managed',
  flag: 'caller',
  local: 'local',
  project: 'project',
  user: 'user',
};

/** The settings of a folder that somebody else may have written. */
export function isOfProject({ source }: Pick<ConfigLayer, 'source'>): boolean {
  return source === 'project' || source === 'local';
}

/**
 * The hook handlers of settings, as a part of their own; those of all layers are joined.
 * @param trusted the decision for the project; without it `config@1` has said that its hooks are skipped
 * @param warn is told of what is malformed
 */
export function settingsHooks(
  layers: readonly ConfigLayer[],
  trusted: boolean,
  switches: Switches,
  warn: (text: string) => void,
): readonly Part[] {
  const names = new Set<string>();
  const handlers: HookHandler[] = [];
  for (const layer of [...layers].reverse()) {
    const { source, path, value } = layer;
    const kind = KINDS[source];
    if (kind === undefined || !isObject(value.hooks) || (isOfProject(layer) && !trusted)) continue;
    if (!switches.runsHooks(source === 'managed' ? 'managed' : 'own')) continue;
    if (source !== 'managed' && switches.locked.has('hooks')) continue;
    let name: string = source;
    for (let number = 2; names.has(name); number++) name = `${source}${number}`;
    names.add(name);
    const problems: PluginProblem[] = [];
    handlers.push(
      ...handlersOf(value.hooks, { name, origin: { kind, trusted: true, ...present({ file: path }) }, problems }),
    );
    for (const { message } of problems) warn(`${path ?? `--settings`}: hooks.${message}`);
  }
  if (handlers.length === 0) return [];
  return [{ id: 'claude-settings', version: '1', description: 'Hook handlers of settings', groups: [], handlers }];
}
