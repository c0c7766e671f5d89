import { closeSync, openSync, readSync } from 'node:fs';

/** Bytes that are fetched at once: for 64 of them. */
const POOL = 1_024;
/** What the system gives to whoever asks for randomness, without ever waiting. */
const DEVICE = '/dev/urandom';

let pool: Uint8Array = new Uint8Array(0);
let next = 0;

/**
 * A random UUID (RFC 9562, version 4), with randomness that nobody can foretell. It is what `randomUUID` of
 * `node:crypto` gives; but Node loads twenty modules with that, so it is asked only where the system has no device to
 * read from.
 */
export function randomUuid(): string {
  if (next + 16 > pool.length) {
    pool = randomness();
    next = 0;
  }
  const bytes = pool.subarray(next, next + 16);
  next += 16;
  let text = '';
  for (let at = 0; at < 16; at++) {
    let byte = bytes[at]!;
    if (at === 6) byte = (byte & 0x0f) | 0x40;
    else if (at === 8) byte = (byte & 0x3f) | 0x80;
    if (at === 4 || at === 6 || at === 8 || at === 10) text += '-';
    text += (byte < 16 ? '0' : '') + byte.toString(16);
  }
  return text;
}

function randomness(): Uint8Array {
  const bytes = new Uint8Array(POOL);
  try {
    const device = openSync(DEVICE, 'r');
    try {
      if (readSync(device, bytes) === POOL) return bytes;
    } finally {
      closeSync(device);
    }
  } catch {
    // there is no such device, or it may not be read
  }
  return process.getBuiltinModule('node:crypto').randomFillSync(bytes);
}
