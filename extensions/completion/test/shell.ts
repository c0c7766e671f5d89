import { spawnSync } from 'node:child_process';
import { createHarness, tempProject } from 'tenon/test-kit';
import headless from '../../../distros/headless.ts';

/** The path of a script that `tenon completion` prints, in a folder that holds a file `notes.txt` and a folder `my docs`. */
export async function printedScript(shell: string): Promise<{ readonly path: string; readonly dir: string }> {
  const h = await createHarness({ distro: headless });
  const code = await h.run('completion', shell);
  if (code !== 0) throw new Error(`exit code ${code}: ${h.stderr}`);
  return inFolder(h.stdout);
}

export async function inFolder(script: string): Promise<{ readonly path: string; readonly dir: string }> {
  const { dir, write } = await tempProject({ files: { 'notes.txt': '', 'my docs/a.md': '' } });
  const path = await write('script', script);
  return { path, dir };
}

/** Runs a script in a shell that reads no start-up files; ends it after ten seconds. */
export function run(
  shell: string,
  args: readonly string[],
  cwd: string,
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const env = { PATH: process.env.PATH, HOME: cwd, LANG: 'C.UTF-8', TERM: 'dumb' };
  const { status, stdout, stderr, error } = spawnSync(shell, args, { cwd, env, encoding: 'utf8', timeout: 10_000 });
  if (error !== undefined) throw error;
  return { code: status, out: stdout, err: stderr };
}

export function installed(shell: string): boolean {
  return spawnSync(shell, ['-c', ':'], { timeout: 10_000 }).status === 0;
}
