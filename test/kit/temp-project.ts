import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { atTestEnd } from './test-runner.ts';

/** A folder that exists for one test. */
export interface TempProject {
  /** Its absolute path, without symbolic links. */
  readonly dir: string;
  /** The text of a file; `undefined` when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Writes a file and the folders above it; gives its absolute path. */
  write(path: string, text: string): Promise<string>;
  /** The absolute path of a name in the folder, whether it exists or not. */
  path(...names: string[]): string;
  /** Removes the folder. Under vitest this happens by itself when the test ends. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a temporary folder with files in it: `await tempProject({ files: { 'src/a.ts': 'export {}' } })`.
 * @throws Error when a file's path leads out of the folder.
 */
export async function tempProject(options: { files?: Readonly<Record<string, string>> } = {}): Promise<TempProject> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'tenon-test-')));
  const inside = (path: string) => {
    const full = join(dir, path);
    if (isAbsolute(path) || relative(dir, full).startsWith('..')) {
      throw new Error(`tempProject: ${path} must be a path inside of the project; write it relative, without ".."`);
    }
    return full;
  };
  const project: TempProject = {
    dir,
    async read(path) {
      try {
        return await readFile(inside(path), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(path, text) {
      const full = inside(path);
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, text);
      return full;
    },
    path: (...names) => join(dir, ...names),
    dispose: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }),
    [Symbol.asyncDispose]: () => project.dispose(),
  };
  try {
    for (const [path, text] of Object.entries(options.files ?? {})) await project.write(path, text);
  } catch (error) {
    await project.dispose();
    throw error;
  }
  await atTestEnd(() => project.dispose());
  return project;
}
