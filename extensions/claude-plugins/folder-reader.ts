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

/** Reads the skills of a settings folder below the working directory, which brings nothing else along. Never throws. */
export async function readNestedFolder(tree: Tree): Promise<Contents> {
  const skills = await readSkills(tree, 'skills', false, (path) => {
    const text = 'is a plugin; those of folders below the one the program was started in take no part';
    tree.report('unsupported', 'warning', text, path);
  });
  tree.watch('skills');
  const none = { agents: [], styles: [], hooks: [], mcpServers: {}, lspServers: {} };
  return { ...none, skills, problems: tree.problems };
}
