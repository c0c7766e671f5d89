import type { ToolResult } from 'tenon/plugin-api';
import { imageSize } from './image-size.ts';
import { readBytes } from './read-bytes.ts';
import type { RegularFile } from './regular-file.ts';

export interface ImageOutput {
  readonly type: 'image';
  readonly file: {
    readonly base64: string;
    readonly type: string;
    readonly originalSize: number;
    readonly dimensions?: { readonly originalWidth: number; readonly originalHeight: number };
  };
}

/** Bytes of an image; the API takes 5 MB of base64. */
export const MOST_IMAGE = 3_700_000;
/** Pixels of one side; the API refuses more, and then the whole conversation with it. */
const LONGEST_SIDE = 8_000;

/** @throws Error when it is larger than models take */
export async function readImage(file: RegularFile, path: string, type: string): Promise<ToolResult<ImageOutput>> {
  const size = Number(file.stats.size);
  if (size > MOST_IMAGE) {
    throw new Error(
      `${path} is an image of ${size} bytes; at most ${MOST_IMAGE} can be read. Make a smaller copy first (${SHRINK})`,
    );
  }
  const bytes = await readBytes(file.handle, MOST_IMAGE);
  const sides = imageSize(bytes, type);
  if (sides !== undefined && Math.max(sides.width, sides.height) > LONGEST_SIDE) {
    throw new Error(
      `${path} is an image of ${sides.width}x${sides.height} pixels; no side may have more than ${LONGEST_SIDE}. Make a smaller copy first (${SHRINK})`,
    );
  }
  const base64 = bytes.toString('base64');
  const dimensions = sides && { dimensions: { originalWidth: sides.width, originalHeight: sides.height } };
  return {
    content: [{ type: 'image', source: { type: 'base64', media_type: type, data: base64 } }],
    output: { type: 'image', file: { base64, type, originalSize: size, ...dimensions } },
  };
}

const SHRINK = '`magick IN -resize 1568x1568 OUT`, or `sips -Z 1568 IN --out OUT` on macOS';
