import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { root } from './source-file.ts';

const run = promisify(execFile);
const done = new Map<string, Promise<unknown>>();

async function build(part: 'cli' | 'lib' | 'schema'): Promise<void> {
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

/** Writes the schemas, when a source changed. */
export async function builtSchemas(): Promise<void> {
  await build('schema');
}

/** Makes one file of a distribution. Rejects with what the program printed when it refuses. */
export async function buildDistro(file: string, out: string): Promise<void> {
  const program = await builtCli();
  await run(process.execPath, [program, 'distro', 'build', resolve(root, file), '--out', out]).catch(
    (error: { stderr?: string }) => {
      throw new Error(error.stderr, { cause: error });
    },
  );
}
