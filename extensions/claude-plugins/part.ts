import type { ComponentNames, ComponentOrigin, ComponentPlugin, HookHandler, JsonObject } from 'tenon/plugin-api';
import type { AgentRecord, SkillRecord, StyleRecord } from './contents.ts';

/** Components that were read in one folder. */
export interface Group {
  /** The folder that their files are below, absolute. */
  readonly root: string;
  /** The folder that links must not leave; see `RootRequest`. */
  readonly boundary?: string;
  /** Without the file. */
  readonly origin: ComponentOrigin;
  readonly skills: readonly SkillRecord[];
  readonly agents: readonly AgentRecord[];
  readonly styles: readonly StyleRecord[];
}

/** A part of a setup that becomes one extension: a plugin, the settings folders of a scope, the hooks of the settings. */
export interface Part {
  /** The id of the extension. */
  readonly id: string;
  readonly version: string;
  readonly description: string;
  /** Where it lies, absolute. */
  readonly path?: string;
  readonly plugin?: ComponentPlugin;
  /** The ids of other parts that come first. */
  readonly after?: readonly string[];
  readonly groups: readonly Group[];
  readonly handlers?: readonly HookHandler[];
  readonly mcpServers?: Readonly<Record<string, JsonObject>>;
  readonly lspServers?: Readonly<Record<string, JsonObject>>;
  /** The folder of its programs, absolute. */
  readonly bin?: string;
}

/** The name of a component as the user calls it. */
export function fullName({ plugin }: Pick<Part, 'plugin'>, name: string): string {
  return plugin === undefined ? name : `${plugin.name}:${name}`;
}

/** The name of a server of a plugin. */
export function serverName({ plugin }: Pick<Part, 'plugin'>, name: string): string {
  return plugin === undefined ? name : `plugin:${plugin.name}:${name}`;
}

/** What a part brings along, by kind. */
export function componentNames(part: Part): ComponentNames {
  const { groups, handlers = [], mcpServers = {}, lspServers = {} } = part;
  const full = (list: readonly { readonly name: string }[]) => list.map(({ name }) => fullName(part, name));
  const skills = groups.flatMap((group) => group.skills);
  const names = {
    commands: full(skills.filter(({ command }) => command === true)),
    skills: full(skills.filter(({ command }) => command !== true)),
    agents: full(groups.flatMap(({ agents }) => agents)),
    outputStyles: full(groups.flatMap(({ styles }) => styles)),
    hooks: [...new Set(handlers.map(({ event }) => event))],
    mcpServers: Object.keys(mcpServers).map((name) => serverName(part, name)),
    lspServers: Object.keys(lspServers).map((name) => serverName(part, name)),
  };
  return Object.fromEntries(Object.entries(names).filter(([, list]) => list.length > 0));
}
