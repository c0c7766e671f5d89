import type { FileHandle } from 'node:fs/promises';

/** The first bytes of a file, to its end when it is shorter. */
export async function readBytes(handle: FileHandle, most: number): Promise<Buffer> {
  const { size } = await handle.stat();
  // one more than its size, so that the end shows at the first read; the kernel's own files have no size
  let buffer = Buffer.allocUnsafe(Math.min(most, size === 0 ? 64 * 1024 : size + 1));
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    length += bytesRead;
    if (bytesRead === 0 || length >= most) return buffer.subarray(0, length);
    if (length < buffer.length) continue;
    const larger = Buffer.allocUnsafe(Math.min(most, buffer.length * 2));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  }
}
