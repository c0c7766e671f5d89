/** A file that goes to the model as it is. */
export interface MediaFile {
  readonly kind: 'image' | 'pdf';
  /** The MIME type. */
  readonly type: string;
}

const image = (type: string): MediaFile => ({ kind: 'image', type });

/** Tells images and PDF files by their first bytes; the name is no evidence. */
export function mediaType(head: Buffer): MediaFile | undefined {
  const starts = (text: string, at = 0) => head.toString('latin1', at, at + text.length) === text;
  if (starts('\x89PNG\r\n\x1a\n')) return image('image/png');
  if (starts('\xff\xd8\xff')) return image('image/jpeg');
  if (starts('GIF87a') || starts('GIF89a')) return image('image/gif');
  if (starts('RIFF') && starts('WEBP', 8)) return image('image/webp');
  if (starts('%PDF-')) return { kind: 'pdf', type: 'application/pdf' };
  return undefined;
}
