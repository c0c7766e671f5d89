import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';

/** Of an archive, and of what is in it. */
export const MOST_BYTES = 256 * 1024 * 1024;
const MOST_FILES = 20_000;

interface ZipFile {
  readonly path: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
  /** The permissions that Unix gave it, where Unix made the archive. */
  readonly mode: number;
}

/**
 * Unpacks a zip into a folder below `into` and gives its path; what was unpacked before is used again. One folder around
 * everything is taken away. Links are left out.
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * @throws Error without the path in its message
 */
export async function unpackedZip(path: string, into: string): Promise<string> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw new Error('is not a regular file');
  if (found.size > MOST_BYTES) throw new Error(`is larger than ${MOST_BYTES} bytes`);
  const name = basename(path)
    .replace(/\.zip$/i, '')
    .replace(/[^\w.-]/g, '-');
  const target = join(into, `${name}-${Math.round(found.mtimeMs).toString(36)}-${found.size.toString(36)}`);
  const inner = () => join(target, onlyFolder(target) ?? '');
  if (statSync(target, { throwIfNoEntry: false }) !== undefined) return inner();
  makeFolder(into, 0o700);
  const draft = join(into, `.${randomUuid()}`);
  try {
    mkdirSync(draft, 0o700);
    unpack(readFileSync(path), draft);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // another program was faster
    if (statSync(target, { throwIfNoEntry: false }) === undefined) throw error;
  }
  return inner();
}

function onlyFolder(path: string): string | undefined {
  const children = readdirSync(path, { withFileTypes: true }).filter(({ name }) => name !== '__MACOSX');
  const [only] = children;
  return children.length === 1 && only?.isDirectory() && !only.name.startsWith('.') ? only.name : undefined;
}

function unpack(zip: Buffer, folder: string): void {
  let left = MOST_BYTES;
  for (const { path, method, packed, size, offset, mode } of directoryOf(zip)) {
    if ((mode & 0o170000) === 0o120000) continue;
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    if (path.startsWith('/') || /^[A-Za-z]:|\\/.test(path) || parts.includes('..') || path.includes('\0')) {
      throw new Error(`holds ${JSON.stringify(path)}, which leads out of it`);
    }
    const target = join(folder, ...parts);
    if (path.endsWith('/')) {
      mkdirSync(target, { recursive: true });
      continue;
    }
    left -= size;
    if (left < 0) throw new Error(`unpacks to more than ${MOST_BYTES} bytes`);
    if (offset + 30 > zip.length || zip.readUInt32LE(offset) !== 0x04034b50) throw new Error('is damaged');
    const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
    const bytes = zip.subarray(start, start + packed);
    if (bytes.length !== packed) throw new Error('is damaged');
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, contentOf(bytes, method, size), { mode: (mode & 0o111) === 0 ? 0o644 : 0o755 });
  }
}

function contentOf(bytes: Buffer, method: number, size: number): Buffer {
  if (method === 0) return bytes;
  if (method !== 8) throw new Error(`is packed in a way that is not known (method ${method})`);
  const content = inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
  if (content.length !== size) throw new Error('is damaged');
  return content;
}

function directoryOf(zip: Buffer): readonly ZipFile[] {
  // the end of the directory is followed by a comment of at most 65,535 bytes
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > zip.length) throw new Error('is no zip');
  const count = zip.readUInt16LE(end + 10);
  if (count > MOST_FILES || count === 0xffff) throw new Error(`holds more than ${MOST_FILES} files`);
  const files: ZipFile[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let number = 0; number < count; number++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) throw new Error('is damaged');
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    if ((zip.readUInt16LE(at + 8) & 1) !== 0) throw new Error('is encrypted');
    files.push({
      path: zip.toString('utf8', at + 46, at + 46 + name),
      method: zip.readUInt16LE(at + 10),
      packed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
      mode: zip.readUInt32LE(at + 38) >>> 16,
    });
    at += 46 + name + extra + comment;
  }
  return files;
}
