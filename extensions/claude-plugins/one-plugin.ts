import type { ComponentPlugin, PluginReport } from 'tenon/plugin-api';
import type { Contents } from './contents.ts';
import { present } from './fields.ts';
import { handlersOf } from './hook-handlers.ts';
import { componentNames, type Part } from './part.ts';
import { realOf } from './paths.ts';
import { readPlugin } from './plugin-reader.ts';
import { Tree } from './tree.ts';

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
  const { skills, agents, styles, mcpServers, lspServers } = contents;
  const part: Part = {
    id: plugin.id,
    version: '',
    description: '',
    plugin,
    groups: [{ root: plugin.root, origin, skills, agents, styles }],
    handlers: contents.hooks.flatMap(({ hooks }) => handlersOf(hooks, { name: plugin.name, origin, problems })),
    mcpServers,
    lspServers,
  };
  return { components: componentNames(part), problems };
}
