import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';

/** The files of a plugin that say what runs. */
const PLUGIN_FILES = ['.claude-plugin/plugin.json', 'hooks/hooks.json', '.mcp.json', '.lsp.json'];
const DEEPEST = 12;
/** More than whoever loads them looks at. */
const MOST_FILES = 25_000;

/** A file that names programs to run, and the text in which it does. */
type NamedPrograms = readonly [file: string, text: string];

/** What of a settings folder's components would run. */
export interface ComponentFindings {
  readonly hooks: readonly NamedPrograms[];
  readonly plugins: readonly NamedPrograms[];
}

/**
 * The front matters with hooks below a settings folder of a project, and what plugins in its folder of skills bring along.
 * Nothing of it is understood here: a text that changes is another one.
 * @param names the folders in it to look into
 */
export async function componentFindings(folder: string, names: readonly string[]): Promise<ComponentFindings> {
  const hooks: NamedPrograms[] = [];
  const plugins: NamedPrograms[] = [];
  let files = 0;
  const visit = async (path: string, depth: number): Promise<void> => {
    for (const entry of entriesOf(join(folder, path))) {
      const below = `${path}/${entry.name}`;
      if (++files > MOST_FILES || depth > DEEPEST) return;
      if (entry.name === '.claude-plugin' && path.startsWith('skills/')) {
        for (const file of PLUGIN_FILES) {
          const text = await textOf(join(folder, path, file));
          if (text !== undefined) plugins.push([`${path}/${file}`, text]);
        }
      } else if (entry.isDirectory()) await visit(below, depth + 1);
      else if (entry.name.endsWith('.md')) {
        const yaml = frontMatter(headOf(join(folder, below)));
        // with a backslash a name can be written so that it is not to be seen
        if (yaml.includes('hooks') || yaml.includes('\\')) hooks.push([below, yaml]);
      } else if (entry.isSymbolicLink()) await visit(below, depth + 1);
    }
  };
  for (const name of names) await visit(name, 0);
  if (files > MOST_FILES) hooks.push(['', `more than ${MOST_FILES} files`]);
  return { hooks, plugins };
}

/** What could be read as front matter: up to the next line of dashes, or all there is. */
function frontMatter(head: string): string {
  if (!/^\ufeff?---/.test(head)) return '';
  const end = /[\n\r]---[ \t]*(?:[\n\r]|$)/.exec(head.slice(3));
  return end === null ? head : head.slice(0, 3 + end.index);
}

/** The first 64 KB, which is where a front matter is looked for. */
function headOf(path: string): string {
  let file: number | undefined;
  try {
    // a pipe that nobody writes to must not make it wait
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(file).isFile()) return '';
    const bytes = Buffer.alloc(65_536);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0));
  } catch {
    return ''; // what cannot be read has no hooks either
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function entriesOf(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // absent, as in most folders, or nothing that could be read as a folder
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readBounded(path);
  } catch (error) {
    return `unreadable: ${(error as Error).message}`;
  }
}
