import { readAgents } from './agent-record.ts';
import type { Contents } from './contents.ts';
import { readCommands, readSkills } from './skill-record.ts';
import { readStyles } from './style-record.ts';
import type { Tree } from './tree.ts';

/** Reads the components of a settings folder (`~/.claude`, `<project>/.claude`). Never throws. */
export async function readSettingsFolder(tree: Tree): Promise<Contents> {
  const plugins: string[] = [];
  const skills = await readSkills(tree, 'skills', false, (path) => plugins.push(path));
  const commands = await readCommands(tree, 'commands');
  const agents = await readAgents(tree, 'agents', false);
  const styles = await readStyles(tree, 'output-styles', false);
  // these four being absent is what most folders have in common
  for (const folder of ['skills', 'commands', 'agents', 'output-styles']) tree.watch(folder);
  return {
    skills: [...skills, ...commands],
    agents,
    styles,
    hooks: [],
    mcpServers: {},
    lspServers: {},
    plugins,
    problems: tree.problems,
  };
}
