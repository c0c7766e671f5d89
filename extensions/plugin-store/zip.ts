import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { StoreError } from './store-error.ts';
import { MOST_FILES, Quota, writeNew } from './tree.ts';

/** An archive that grows more than that, beyond a megabyte, is meant to fill the disk. */
const MOST_RATIO = 200;

/**
 * Unpacks a zip into a new folder. Links are left out; what leads out of it is refused.
 * @throws StoreError `bad-archive`, `too-large`
 */
export async function unpackZip(archive: string, into: string): Promise<void> {
  const { openPromise } = await import('yauzl').then(({ default: yauzl }) => ({
    openPromise: (path: string) =>
      new Promise<ZipFile>((resolve, reject) =>
        // names are checked below, and sizes against what comes
        yauzl.open(path, { lazyEntries: true, strictFileNames: true, validateEntrySizes: true }, (error, zip) =>
          error ? reject(error) : resolve(zip),
        ),
      ),
  }));
  mkdirSync(into, { recursive: true });
  let zip: ZipFile;
  try {
    zip = await openPromise(archive);
  } catch (error) {
    throw damaged(error);
  }
  if (zip.entryCount > MOST_FILES) {
    zip.close();
    throw new StoreError('too-large', `it holds more than ${MOST_FILES} files`);
  }
  const quota = new Quota();
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('error', (error) => reject(damaged(error)));
      zip.on('end', () => resolve());
      zip.on('entry', (entry: Entry) => {
        unpackEntry(zip, entry, into, quota).then(() => zip.readEntry(), reject);
      });
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
}

async function unpackEntry(zip: ZipFile, entry: Entry, into: string, quota: Quota): Promise<void> {
  const { fileName, uncompressedSize, compressedSize } = entry;
  const mode = entry.externalFileAttributes >>> 16;
  const parts = fileName.split('/').filter((part) => part !== '' && part !== '.');
  if (fileName.startsWith('/') || /^[A-Za-z]:|\\|\0/.test(fileName) || parts.includes('..'))
    throw new StoreError('bad-archive', `it holds ${JSON.stringify(fileName)}, which leads out of it`);
  if (parts.length === 0) return;
  quota.take(uncompressedSize);
  if ((mode & 0o170000) === 0o120000) return;
  const target = join(into, ...parts);
  if (fileName.endsWith('/')) {
    mkdirSync(target, { recursive: true });
    return;
  }
  if (uncompressedSize > 1024 * 1024 && uncompressedSize > compressedSize * MOST_RATIO)
    throw new StoreError(
      'too-large',
      `${fileName} unpacks to ${uncompressedSize} bytes, more than ${MOST_RATIO} times what it takes in the archive`,
    );
  const stream = await new Promise<Readable>((resolve, reject) =>
    zip.openReadStream(entry, (error, readable) => (error ? reject(damaged(error)) : resolve(readable))),
  );
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length;
      // the size in the directory of the archive need not be true
      if (bytes > uncompressedSize) throw new Error(`${fileName} is larger than it says`);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw damaged(error);
  }
  mkdirSync(dirname(target), { recursive: true });
  try {
    writeNew(target, Buffer.concat(chunks), mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new StoreError('bad-archive', `it holds ${JSON.stringify(fileName)} twice`, error);
  }
}

function damaged(error: unknown): StoreError {
  return new StoreError('bad-archive', `the zip cannot be read: ${(error as Error).message}`, error);
}
