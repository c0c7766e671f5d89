import type { JsonObject, PermissionMode } from 'tenon/plugin-api';
import type { AgentRecord } from './contents.ts';
import { Fields, isObject, isUsableName, present } from './fields.ts';
import { bounded, firstParagraph, readFrontMatter } from './front-matter.ts';
import type { Tree } from './tree.ts';

const MODES: readonly PermissionMode[] = ['default', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions'];

/**
 * Reads a subagent.
 * @param plugin the name that its place gives it: in a plugin it is loaded whatever its front matter says, and may not
 *   choose hooks, servers, a mode or a first prompt. Without it the front matter must be whole.
 */
export async function readAgent(tree: Tree, file: string, plugin?: string): Promise<AgentRecord | undefined> {
  const head = tree.head(file);
  if (head === undefined) return undefined;
  const { fields: values, body, problem } = await readFrontMatter(head.text, head.cut);
  const fields = new Fields(values);
  const given = fields.text('name');
  const description = fields.text('description');
  if (plugin === undefined) {
    const why =
      problem ??
      (given === undefined
        ? 'its front matter has no name'
        : given.startsWith('-') || given.includes(':')
          ? `its name ${JSON.stringify(given)} must not begin with "-" or hold ":"`
          : description === undefined
            ? 'its front matter has no description'
            : undefined);
    if (why !== undefined) return void tree.report('front-matter', 'error', `${why}; the agent is skipped`, file);
  } else if (problem !== undefined) {
    tree.report('front-matter', 'warning', `${problem}; it is loaded under the name of its file`, file);
  }
  const folder = plugin?.includes(':') ? plugin.slice(0, plugin.lastIndexOf(':') + 1) : '';
  const name = given === undefined ? plugin! : `${folder}${given}`;
  if (!isUsableName(name)) {
    return void tree.report('front-matter', 'error', `the name ${JSON.stringify(name)} cannot be used`, file);
  }
  const ignored = ['hooks', 'mcpServers', 'permissionMode', 'initialPrompt'].filter(
    (key) => plugin !== undefined && fields.get(key) !== undefined,
  );
  if (ignored.length > 0) {
    const text = `${ignored.join(', ')}: an agent of a plugin may not set this; it is ignored`;
    tree.report('front-matter', 'warning', text, file);
  }
  const model = fields.text('model');
  return present({
    name,
    file,
    description: bounded(description ?? firstParagraph(body)),
    tools: toolsOf(fields),
    disallowedTools: fields.list('disallowedTools'),
    model: model === 'inherit' ? undefined : model,
    effort: fields.text('effort'),
    maxTurns: fields.count('maxTurns'),
    skills: fields.list('skills'),
    memory: fields.word('memory', ['user', 'project', 'local']),
    background: fields.flag('background'),
    isolation: fields.word('isolation', ['worktree']),
    color: fields.text('color'),
    omitInstructions: fields.flag('omitClaudeMd'),
    ...(plugin === undefined && {
      permissionMode: fields.word('permissionMode', MODES),
      mcpServers: serversOf(fields.get('mcpServers')),
      hooks: fields.object('hooks'),
      initialPrompt: fields.text('initialPrompt'),
    }),
  }) as AgentRecord;
}

/** `*` is the same as nothing: all of them. */
function toolsOf(fields: Fields): readonly string[] | undefined {
  const tools = fields.list('tools');
  return tools?.includes('*') ? undefined : tools;
}

/** Names of servers, or servers of its own. */
function serversOf(value: unknown): readonly (string | JsonObject)[] | undefined {
  if (typeof value === 'string') return value.split(/[\s,]+/).filter((name) => name !== '');
  if (isObject(value)) return [value];
  if (!Array.isArray(value)) return undefined;
  return value.filter((one): one is string | JsonObject => typeof one === 'string' || isObject(one));
}

/** The agents below a folder. In a plugin its folders are a part of their names. */
export async function readAgents(tree: Tree, folder: string, plugin: boolean): Promise<readonly AgentRecord[]> {
  const records: AgentRecord[] = [];
  for (const { path } of tree.files(folder, '.md')) {
    const placed = path
      .slice(folder.length + 1)
      .slice(0, -'.md'.length)
      .replaceAll('/', ':');
    const record = await readAgent(tree, path, plugin ? placed : undefined);
    if (record !== undefined) records.push(record);
  }
  return records;
}
