import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtCli, builtLibrary, builtSchemas } from './built.ts';
import { root } from './source-file.ts';

/** Builds the package and packs it into a folder, as it would be published; gives the path of the archive. */
export async function packed(folder: string): Promise<string> {
  await Promise.all([builtCli(), builtLibrary(), builtSchemas()]);
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const pack = () => promisify(execFile)('npm', args, { cwd: root, maxBuffer: 1e7 });
  // Where somebody works on the sources, another build may replace the files while they are read.
  const { stdout } = await pack().catch(() => pack());
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, filename);
}
