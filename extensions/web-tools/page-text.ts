import type { Answer } from './http-get.ts';

const HTML = /^(text\/html|application\/xhtml\+xml)$/;
const TEXT =
  /^(text\/.+|(application|image)\/([\w.-]+\+)?(json|xml|yaml|toml|javascript|ecmascript|x-sh|sql|graphql|x-ndjson|jsonl))$/;

/** A body as text, HTML as Markdown; or what it is in place of text. */
export async function pageText({ headers, body }: Pick<Answer, 'headers' | 'body'>): Promise<{
  readonly text: string;
  readonly cut?: boolean;
  readonly problem?: string;
}> {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';').map((part) => part.trim());
  const kind = type.toLowerCase() || guess(body);
  if (!TEXT.test(kind)) {
    const what = kind === '' ? 'is no text' : `is ${kind}, not text`;
    return { text: '', problem: `${what} (${body.length} bytes). Use the command line to save it to a file.` };
  }
  const declared = parameters.map((one) => /^charset\s*=\s*"?([^"\s]+)/i.exec(one)?.[1]).find((one) => one);
  const isHtml = HTML.test(kind);
  const text = decode(body, declared ?? (isHtml ? metaCharset(body) : undefined));
  if (!isHtml) return { text };
  return (await import('./markdown.ts')).markdown(text);
}

/** What a body without a type is. */
function guess(body: Buffer): string {
  const start = body.subarray(0, 1024);
  if (start.includes(0)) return '';
  return /^\s*<(!doctype html|html|head|body)\b/i.test(start.toString('latin1')) ? 'text/html' : 'text/plain';
}

function metaCharset(body: Buffer): string | undefined {
  return /<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)/i.exec(body.subarray(0, 2048).toString('latin1'))?.[1];
}

/** A mark at the beginning says more than any declaration; a name that is not known counts as UTF-8. */
function decode(body: Buffer, charset = 'utf-8'): string {
  const mark =
    body[0] === 0xff && body[1] === 0xfe ? 'utf-16le' : body[0] === 0xfe && body[1] === 0xff ? 'utf-16be' : undefined;
  try {
    return new TextDecoder(mark ?? charset).decode(body);
  } catch {
    return new TextDecoder().decode(body); // an encoding that nobody knows
  }
}
