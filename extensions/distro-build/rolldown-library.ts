import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { UsageError } from 'tenon/plugin-api';

/** The bundler. It has native parts, so whoever makes distributions installs it. */
export type Rolldown = Pick<typeof import('rolldown'), 'rolldown'>;

/**
 * The bundler that is installed for a file, or beside this program.
 * @throws UsageError when there is none
 */
export async function rolldownFor(file: string): Promise<Rolldown> {
  const near = resolved(file);
  try {
    return (await import(near ?? 'rolldown')) as Rolldown;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missing = near === undefined && code === 'ERR_MODULE_NOT_FOUND';
    const why = missing ? 'is not installed' : `cannot be loaded (${message})`;
    throw new UsageError(
      `distro build: the bundler rolldown ${why}; run \`npm install --save-dev rolldown\` in the folder of ${file}`,
    );
  }
}

function resolved(file: string): string | undefined {
  try {
    return pathToFileURL(createRequire(file).resolve('rolldown')).href;
  } catch {
    return undefined; // then the one beside this program
  }
}
