import { basename } from 'node:path/posix';
import type { SkillRecord } from './contents.ts';
import { Fields, isUsableName, present } from './fields.ts';
import { bounded, firstParagraph, readFrontMatter } from './front-matter.ts';
import type { Child, Tree } from './tree.ts';

/** What may be a name in the front matter, and what the place of the file says. */
interface Naming {
  /** From the place. */
  readonly name: string;
  /** The front matter's `name` comes before it. */
  readonly byField: boolean;
  readonly command: boolean;
}

/** Reads a skill or a command; `undefined` when the file cannot be read, or its name cannot be one (which is reported). */
export async function readSkill(tree: Tree, file: string, naming: Naming): Promise<SkillRecord | undefined> {
  const head = tree.head(file);
  if (head === undefined) return undefined;
  const { fields: values, body, problem } = await readFrontMatter(head.text, head.cut);
  if (problem !== undefined) {
    tree.report('front-matter', 'warning', `${problem}; it is loaded without any fields`, file);
  }
  return skillOf(tree, file, new Fields(values), firstParagraph(body), naming);
}

function skillOf(
  tree: Tree,
  file: string,
  fields: Fields,
  paragraph: string,
  { name: placed, byField, command }: Naming,
): SkillRecord | undefined {
  const name = (byField ? fields.text('name') : undefined) ?? placed;
  if (!isUsableName(name)) {
    tree.report('front-matter', 'error', `the name ${JSON.stringify(name)} cannot be used; choose another`, file);
    return undefined;
  }
  const model = fields.text('model');
  return present({
    name,
    file,
    description: bounded(fields.text('description') ?? paragraph),
    whenToUse: fields.text('when_to_use'),
    argumentHint: hintOf(fields),
    arguments: fields.list('arguments'),
    modelInvocable: fields.flag('disable-model-invocation') === true ? (false as const) : undefined,
    userInvocable: fields.flag('user-invocable') === false ? (false as const) : undefined,
    command: command ? (true as const) : undefined,
    paths: command ? undefined : fields.list('paths'),
    allowedTools: fields.list('allowed-tools'),
    disallowedTools: fields.list('disallowed-tools'),
    model: model === 'inherit' ? undefined : model,
    effort: fields.text('effort'),
    fork: fields.text('context') === 'fork' ? (true as const) : undefined,
    agent: fields.text('agent'),
    background: fields.flag('background'),
    hooks: fields.object('hooks'),
    shell: fields.word('shell', ['bash', 'powershell']),
  }) as SkillRecord;
}

/** `[file]` is a list to YAML, and a hint to its author. */
function hintOf(fields: Fields): string | undefined {
  const value = fields.get('argument-hint');
  return Array.isArray(value) ? `[${value.join(', ')}]` : fields.text('argument-hint');
}

/** A command whose text or file stands in the manifest of its plugin. */
export function commandFromManifest(
  tree: Tree,
  name: string,
  entry: Readonly<Record<string, unknown>>,
  of: SkillRecord | undefined,
): SkillRecord | undefined {
  const text = (key: string) => (typeof entry[key] === 'string' && entry[key] !== '' ? entry[key] : undefined);
  const fields = new Fields(entry);
  const content = text('content');
  const file = of?.file;
  if (!isUsableName(name)) {
    tree.report('manifest', 'error', `commands: the name ${JSON.stringify(name)} cannot be used; choose another`);
    return undefined;
  }
  return present({
    ...of,
    name,
    file,
    content: file === undefined ? content : undefined,
    description: bounded(text('description') ?? of?.description ?? firstParagraph(content ?? '')),
    argumentHint: text('argumentHint') ?? of?.argumentHint,
    model: text('model') ?? of?.model,
    allowedTools: fields.list('allowedTools') ?? of?.allowedTools,
    command: true as const,
  }) as SkillRecord;
}

/** The commands below a folder: `git/commit.md` is `git:commit`. */
export async function readCommands(tree: Tree, folder: string): Promise<readonly SkillRecord[]> {
  const records: SkillRecord[] = [];
  for (const { path } of tree.files(folder, '.md')) {
    const below = folder === '' ? path : path.slice(folder.length + 1);
    const name = below.slice(0, -'.md'.length).replaceAll('/', ':');
    const record = await readSkill(tree, path, { name, byField: false, command: true });
    if (record !== undefined) records.push(record);
  }
  return records;
}

/**
 * The skills in the folders of a folder, one in each.
 * @param fields whether the front matter names a skill, or its folder
 * @param plugins is told of folders that are plugins of their own
 */
export async function readSkills(
  tree: Tree,
  folder: string,
  byField: boolean,
  plugins?: (path: string) => void,
): Promise<readonly SkillRecord[]> {
  const records: SkillRecord[] = [];
  for (const child of tree.folder(folder) ?? []) {
    if (!child.folder || child.name.startsWith('.') || child.name === 'node_modules') continue;
    if (plugins !== undefined && tree.kind(`${child.path}/.claude-plugin/plugin.json`) === 'file') {
      plugins(child.path);
      continue;
    }
    const record = await readSkillFolder(tree, child, byField);
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** The skill of a folder with SKILL.md. */
export async function readSkillFolder(
  tree: Tree,
  { name, path }: Pick<Child, 'name' | 'path'>,
  byField: boolean,
): Promise<SkillRecord | undefined> {
  const file = path === '' ? 'SKILL.md' : `${path}/SKILL.md`;
  if (tree.kind(file) !== 'file') {
    // it may get one
    tree.watch(path);
    return undefined;
  }
  return readSkill(tree, file, { name: name === '' ? basename(path) : name, byField, command: false });
}
