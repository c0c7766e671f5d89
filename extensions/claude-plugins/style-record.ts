import type { StyleRecord } from './contents.ts';
import { Fields, isUsableName, present } from './fields.ts';
import { bounded, firstParagraph, readFrontMatter } from './front-matter.ts';
import type { Tree } from './tree.ts';

/**
 * Reads an output style.
 * @param plugin only a plugin may ask for its style to be used
 */
export async function readStyle(tree: Tree, file: string, plugin: boolean): Promise<StyleRecord | undefined> {
  const head = tree.head(file);
  if (head === undefined) return undefined;
  const { fields: values, body, problem } = await readFrontMatter(head.text, head.cut);
  if (problem !== undefined) tree.report('front-matter', 'warning', `${problem}; it has no fields`, file);
  const fields = new Fields(values);
  const placed = file.slice(file.lastIndexOf('/') + 1, -'.md'.length);
  const name = fields.text('name') ?? placed;
  if (!isUsableName(name)) {
    return void tree.report('front-matter', 'error', `the name ${JSON.stringify(name)} cannot be used`, file);
  }
  return present({
    name,
    file,
    description: bounded(fields.text('description') ?? firstParagraph(body)),
    keepCodingInstructions: fields.flag('keep-coding-instructions') === true ? (true as const) : undefined,
    force: plugin && fields.flag('force-for-plugin') === true ? (true as const) : undefined,
  }) as StyleRecord;
}

/** The styles in a folder. */
export async function readStyles(tree: Tree, folder: string, plugin: boolean): Promise<readonly StyleRecord[]> {
  const records: StyleRecord[] = [];
  for (const { path, name, folder: isFolder } of tree.folder(folder) ?? []) {
    if (isFolder || !name.endsWith('.md')) continue;
    const record = await readStyle(tree, path, plugin);
    if (record !== undefined) records.push(record);
  }
  return records;
}
