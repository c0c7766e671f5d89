import type { ComponentPlugin, PluginReport } from 'tenon/plugin-api';
import type { Contents } from './contents.ts';
import type { Part } from './discovery.ts';
import { present } from './fields.ts';
import { handlersOf } from './hook-handlers.ts';
import { readPlugin } from './plugin-reader.ts';
import { componentNames } from './report.ts';
import { realOf, Tree } from './tree.ts';

/** What a plugin in a folder would bring along. */
export async function reportOf(dir: string): Promise<PluginReport> {
  const contents = await readPlugin(new Tree(dir, realOf(dir) ?? dir));
  const { name, version, description } = contents.plugin!;
  const plugin: ComponentPlugin = { id: `${name}@inline`, name, root: dir, data: '', options: {}, sensitive: [] };
  const { components, problems } = partOf(contents, plugin);
  return {
    id: plugin.id,
    name,
    ...present({ version, description }),
    path: dir,
    scope: 'inline',
    enabled: false,
    loaded: false,
    components,
    problems,
  };
}

/** The components of a plugin that does not take part, and all that is wrong with it. */
function partOf(contents: Contents, plugin: ComponentPlugin): Pick<PluginReport, 'components' | 'problems'> {
  const problems = [...contents.problems];
  const origin = { kind: 'plugin', plugin, trusted: true } as const;
  const place = <T>(record: T) => ({ record, root: plugin.root, origin });
  const part: Part = {
    id: plugin.id,
    version: '',
    description: '',
    after: [],
    plugin,
    skills: contents.skills.map(place),
    agents: contents.agents.map(place),
    styles: contents.styles.map(place),
    handlers: contents.hooks.flatMap(({ hooks }) => handlersOf(hooks, { name: plugin.name, origin, problems })),
    mcpServers: contents.mcpServers,
    lspServers: contents.lspServers,
  };
  return { components: componentNames(part), problems };
}
