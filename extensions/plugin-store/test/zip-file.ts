import { writeFileSync } from 'node:fs';
import { deflateRawSync, crc32 as nodeCrc } from 'node:zlib';

/** A file in a zip; all but the name can be a lie. */
export interface ZipEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly mode?: number;
  /** The size that the directory of the archive names. */
  readonly size?: number;
}

/** Writes a zip by hand, also one that nobody should trust. */
export function writeZip(path: string, entries: readonly ZipEntry[]): string {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', mode = 0o100644, size } of entries) {
    const data = Buffer.from(content);
    const packed = deflateRawSync(data);
    const bytes = Buffer.from(name);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(0x800, 2);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(data), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(size ?? data.length, 18);
    head.writeUInt16LE(bytes.length, 22);
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), head, bytes, packed]);
    // comment, disk, internal and external attributes, place
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 3]), head, tail, bytes]));
    files.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  writeFileSync(path, Buffer.concat([...files, list, end]));
  return path;
}

function crc32(data: Buffer): number {
  if (typeof nodeCrc === 'function') return nodeCrc(data);
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
