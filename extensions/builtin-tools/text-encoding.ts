/** How the text of a file is stored. */
export interface TextEncoding {
  /** `latin1` stands for bytes that are no UTF-8: each is one character, so that all of them survive an edit. */
  readonly name: 'utf8' | 'utf16le' | 'utf16be' | 'latin1';
  /** True when the file starts with a byte order mark. */
  readonly mark: boolean;
}

export const UTF8: TextEncoding = { name: 'utf8', mark: false };

/** Bytes that are looked at to tell text from other data. */
const SAMPLE = 8192;

/** The encoding of a text, or `undefined` when the bytes are no text. A start of the file is enough. */
export function detectEncoding(bytes: Buffer): TextEncoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { name: 'utf8', mark: true };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { name: 'utf16le', mark: true };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { name: 'utf16be', mark: true };
  const sample = bytes.subarray(0, SAMPLE);
  if (!sample.includes(0)) return UTF8;
  // mostly ASCII in UTF-16 has a zero in every other byte, and nowhere else
  let even = 0;
  let odd = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  const half = sample.length / 2;
  if (even === 0 && odd > half * 0.7) return { name: 'utf16le', mark: false };
  if (odd === 0 && even > half * 0.7) return { name: 'utf16be', mark: false };
  return undefined;
}

/** Decodes a whole file, without its byte order mark; `undefined` when it is no text. */
export function decodeText(bytes: Buffer): { readonly text: string; readonly encoding: TextEncoding } | undefined {
  const encoding = detectEncoding(bytes);
  if (encoding === undefined) return undefined;
  if (encoding.name === 'utf16le' || encoding.name === 'utf16be') {
    const body = bytes.subarray(encoding.mark ? 2 : 0);
    if (body.length % 2 !== 0) return undefined;
    return { text: (encoding.name === 'utf16le' ? body : Buffer.from(body).swap16()).toString('utf16le'), encoding };
  }
  const body = bytes.subarray(encoding.mark ? 3 : 0);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body), encoding };
  } catch {
    // some bytes are not UTF-8
    return encoding.mark ? undefined : { text: body.toString('latin1'), encoding: { name: 'latin1', mark: false } };
  }
}

/**
 * Encodes a text as the file was.
 * @throws Error when the text has characters that the encoding has not
 */
export function encodeText(text: string, encoding: TextEncoding): Buffer {
  switch (encoding.name) {
    case 'utf8':
      return Buffer.from(encoding.mark ? `\ufeff${text}` : text, 'utf8');
    case 'utf16le':
    case 'utf16be': {
      const bytes = Buffer.from(encoding.mark ? `\ufeff${text}` : text, 'utf16le');
      return encoding.name === 'utf16le' ? bytes : bytes.swap16();
    }
    case 'latin1': {
      const foreign = /[^\0-\xff]/u.exec(text);
      if (foreign !== null) {
        throw new Error(
          `the file is not UTF-8, and ${JSON.stringify(foreign[0])} cannot be written in its encoding; convert the file first (iconv in Bash)`,
        );
      }
      return Buffer.from(text, 'latin1');
    }
  }
}
