import { mkdirSync } from 'node:fs';
import { StoreError } from './store-error.ts';
import { Quota } from './tree.ts';

/**
 * Unpacks a tar archive, compressed or not, into a new folder, without the folder around everything. What leads out of
 * it, links to other places, and devices are refused.
 * @throws StoreError `bad-archive`, `too-large`
 */
export async function unpackTarball(archive: string, into: string): Promise<void> {
  const { x } = await import('tar');
  mkdirSync(into, { recursive: true });
  const quota = new Quota();
  let problem: Error | undefined;
  try {
    await x({
      file: archive,
      cwd: into,
      strip: 1,
      strict: true,
      preservePaths: false,
      noChmod: false,
      filter(path, entry) {
        if (problem !== undefined) return false;
        try {
          quota.take('size' in entry ? entry.size : 0);
          const type = 'type' in entry ? entry.type : 'File';
          if (path.startsWith('/') || path.split(/[\\/]/).includes('..'))
            throw new StoreError('bad-archive', `holds ${JSON.stringify(path)}, which leads out of it`);
          // packages of npm hold files alone
          return type === 'File' || type === 'OldFile' || type === 'ContiguousFile' || type === 'Directory';
        } catch (error) {
          problem = error as Error;
          return false;
        }
      },
    });
  } catch (error) {
    throw problem ?? new StoreError('bad-archive', `the archive cannot be read: ${(error as Error).message}`, error);
  }
  if (problem !== undefined) throw problem;
}
