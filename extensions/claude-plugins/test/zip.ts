import { deflateRawSync } from 'node:zlib';

interface Member {
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
  readonly store?: boolean;
  readonly size?: number;
  readonly method?: number;
}

/** A zip with these files. */
export function zip(members: readonly Member[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, text, mode = 0o100644, store = false, size, method } of members) {
    const name = Buffer.from(path);
    const packed = store ? Buffer.from(text) : deflateRawSync(text);
    const [local, central] = [Buffer.alloc(30), Buffer.alloc(46)];
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method ?? (store ? 0 : 8), 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(size ?? Buffer.byteLength(text), 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE((mode << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    parts.push(local, name, packed);
    directory.push(central, name);
    offset += local.length + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
