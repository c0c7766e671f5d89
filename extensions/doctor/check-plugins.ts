import { type ComponentNames, LspServers, McpServers, type PluginProblem, Plugins } from 'tenon/plugin-api';
import { type Check, type Finding, note, ok, problem } from './finding.ts';

/** Plugins in Claude's format, and the folders of the same format: what takes part, and what was left out. */
export const checkPlugins: Check = async (api, { distro }) => {
  if (!api.has(Plugins)) return [note("this build reads no plugins in Claude's format")];
  const plugins = await api.use(Plugins);
  const findings: Finding[] = [];
  for (const { id, version, path, loaded, enabled, components, problems } of plugins.list()) {
    const name = version === undefined ? id : `${id} ${version}`;
    if (loaded) findings.push(ok(`${name}: ${counted(components)}`));
    else if (!enabled) findings.push(note(`${name} is switched off`));
    findings.push(...problems.map((one) => findingOf(`plugin ${id}`, path, one)));
  }
  for (const { path, components, problems } of plugins.folders()) {
    findings.push(ok(`${path}: ${counted(components)}`));
    findings.push(...problems.map((one) => findingOf(path, path, one)));
  }
  for (const [what, point] of [
    ['MCP servers', McpServers],
    ['LSP servers', LspServers],
  ] as const) {
    const names = api.declared(point).map(({ name }) => name);
    if (names.length > 0) findings.push(note(`${distro.name} connects to no ${what} yet: ${names.join(', ')}`));
  }
  return findings.length === 0 ? [ok('none')] : findings;
};

function findingOf(whose: string, path: string, { type, severity, message, file }: PluginProblem): Finding {
  const text = `${whose}: ${file === undefined ? '' : `${file}: `}${message}`;
  // a folder that is not trusted is nobody's mistake
  if (severity === 'warning' || type === 'untrusted') return note(text);
  const gone = path === '' || type === 'not-installed';
  return problem(text, gone ? 'install it, or switch it off in enabledPlugins' : `correct it in ${path}`);
}

const WORDS: readonly (readonly [kind: keyof ComponentNames, one: string, more: string])[] = [
  ['skills', 'skill', 'skills'],
  ['commands', 'command', 'commands'],
  ['agents', 'agent', 'agents'],
  ['outputStyles', 'output style', 'output styles'],
  ['hooks', 'hook', 'hooks'],
  ['mcpServers', 'MCP server', 'MCP servers'],
  ['lspServers', 'LSP server', 'LSP servers'],
];

function counted(components: ComponentNames): string {
  const parts = WORDS.flatMap(([kind, one, more]) => {
    const count = components[kind]?.length ?? 0;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : more}`];
  });
  return parts.length === 0 ? 'nothing that takes part' : parts.join(', ');
}
