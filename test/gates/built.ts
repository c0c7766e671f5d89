import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './source-file.ts';

const run = promisify(execFile);
const done = new Map<string, Promise<unknown>>();

async function build(part: 'cli' | 'lib'): Promise<void> {
  const started = done.get(part) ?? run(process.execPath, [join(root, 'scripts/build.mjs'), `--${part}`, '--if-stale']);
  done.set(part, started);
  await started;
}

/** The path of the built program, built first when a source changed. Slow the first time: give the hook a minute. */
export async function builtCli(): Promise<string> {
  await build('cli');
  return join(root, 'dist/tenon.cjs');
}

/** The folder of the compiled library, built first when a source changed. */
export async function builtLibrary(): Promise<string> {
  await build('lib');
  return join(root, 'dist/lib');
}

/** Makes one file of a distribution. Rejects with what the build printed when it refuses. */
export async function buildDistro(file: string, out: string): Promise<void> {
  await run(process.execPath, [join(root, 'scripts/build.mjs'), '--distro', file, '--out', out]).catch(
    (error: { stderr?: string }) => {
      throw new Error(error.stderr, { cause: error });
    },
  );
}
