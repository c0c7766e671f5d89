import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of the largest index that is looked through. */
const LARGEST = 256 * 1024 * 1024;
/** The mode of an entry that stands for another repository, as the index holds it. */
const GITLINK = Buffer.from([0, 0, 0xe0, 0]);

/**
 * The paths in a work tree at which its index says that there is another repository: git goes into those to see whether
 * they have changed. A clone has them where there are submodules; an archive may have them anywhere.
 * Format: https://git-scm.com/docs/gitformat-index
 * @param own the folder of the repository that holds the index
 * @param hash bytes of an object's name: 20, or 32 with SHA-256
 * @throws Error when an index cannot be read
 */
export function gitlinks(own: string, hash: 20 | 32): readonly string[] {
  const files = [join(own, 'index')];
  // a split index keeps most entries in a file of its own
  for (const name of readdirSync(own)) if (name.startsWith('sharedindex.')) files.push(join(own, name));
  return files.flatMap((file) => (existsSync(file) ? linksIn(file, hash) : []));
}

function linksIn(file: string, hash: number): readonly string[] {
  const stats = statSync(file);
  if (!stats.isFile() || stats.size > LARGEST) throw new Error(`${file} is not an ordinary index`);
  const bytes = readFileSync(file);
  // nearly all have none, and to look for it takes a fraction of reading the entries
  if (bytes.indexOf(GITLINK) < 0) return [];
  const version = bytes.readUInt32BE(4);
  if (bytes.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4)
    throw new Error(`${file} is not an index`);
  const links: string[] = [];
  let at = 12;
  let before = Buffer.alloc(0);
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    const start = at;
    const mode = bytes.readUInt32BE(start + 24);
    at += 40 + hash;
    // a second pair of flags follows when the first says so
    at += (bytes.readUInt16BE(at) & 0x4000) === 0 ? 2 : 4;
    let kept = 0;
    if (version === 4) {
      // how many bytes of the name before are not part of this one
      let value = bytes[at]! & 0x7f;
      while ((bytes[at++]! & 0x80) !== 0) value = ((value + 1) << 7) | (bytes[at]! & 0x7f);
      kept = before.length - value;
    }
    const end = bytes.indexOf(0, at);
    if (end < 0 || kept < 0) throw new Error(`${file} is cut off`);
    const name = Buffer.concat([before.subarray(0, kept), bytes.subarray(at, end)]);
    at = version === 4 ? end + 1 : start + (Math.floor((end - start) / 8) + 1) * 8;
    before = name;
    if (mode === 0xe000) links.push(name.toString());
  }
  return links;
}
