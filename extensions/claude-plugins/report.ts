import type { ComponentNames } from 'tenon/plugin-api';
import type { Part } from './discovery.ts';

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
  const full = (list: readonly { readonly record: { readonly name: string } }[]) =>
    list.map(({ record }) => fullName(part, record.name));
  const names = {
    commands: full(part.skills.filter(({ record }) => record.command === true)),
    skills: full(part.skills.filter(({ record }) => record.command !== true)),
    agents: full(part.agents),
    outputStyles: full(part.styles),
    hooks: [...new Set(part.handlers.map(({ event }) => event))],
    mcpServers: Object.keys(part.mcpServers).map((name) => serverName(part, name)),
    lspServers: Object.keys(part.lspServers).map((name) => serverName(part, name)),
  };
  return Object.fromEntries(Object.entries(names).filter(([, list]) => list.length > 0));
}
