import type { LookupAddress } from 'node:dns';
import type { IncomingMessage, RequestOptions } from 'node:http';
import type { Readable } from 'node:stream';
import { http, https } from 'tenon/plugin-api/lib/node-http';
import { hostname, proxyAuthorization } from 'tenon/plugin-api/lib/proxy';
import type { PageRoute } from './page-route.ts';
import { hostOf } from './web-address.ts';

/** Bytes of a body that are read, after decompression. */
const MOST_BYTES = 10 * 1024 * 1024;

/** An answer with its body. */
export interface Answer {
  readonly code: number;
  readonly codeText: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** There was more. */
  readonly cut: boolean;
}

/**
 * Sends one GET request to one of `addresses`, or through the proxy of the route, and reads the answer. No cookies, no
 * kept connections, no redirects.
 * @throws Error when it fails, or `signal` aborts.
 */
export async function httpGet(
  url: URL,
  addresses: readonly LookupAddress[],
  route: PageRoute,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  const { proxy, agent = false, secureContext } = route;
  const through = agent === false ? proxy : undefined;
  const module = (through ?? url).protocol === 'https:' ? await https() : await http();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = module.get(
      {
        protocol: (through ?? url).protocol,
        hostname: through === undefined ? hostOf(url) : hostname(through),
        port: (through ?? url).port,
        path: through === undefined ? url.pathname + url.search : url.href,
        headers: {
          ...headers,
          host: url.host,
          ...(through !== undefined && proxyAuthorization(through, route.authorization)),
        },
        agent,
        signal,
        ...(secureContext !== undefined && { secureContext }),
        ...(proxy === undefined && { lookup: always(addresses) }),
      },
      resolve,
    );
    request.on('error', reject);
  });
  try {
    const { body, cut } = await read(await decoded(response));
    const { statusCode: code = 0, statusMessage: codeText = '' } = response;
    return { code, codeText, headers: response.headers, body, cut };
  } finally {
    response.destroy();
  }
}

function always(addresses: readonly LookupAddress[]): NonNullable<RequestOptions['lookup']> {
  return (_host, options, done) => {
    const { family } = options;
    const fit = addresses.filter((one) => !family || one.family === (family === 'IPv6' ? 6 : Number(family)));
    const [first] = fit.length > 0 ? fit : addresses;
    if (options.all) done(null, fit.length > 0 ? fit : [...addresses]);
    else done(null, first!.address, first!.family);
  };
}

async function decoded(response: IncomingMessage): Promise<Readable> {
  const encoding = (response.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return response;
  const zlib = process.getBuiltinModule?.('node:zlib') ?? (await import('node:zlib'));
  const decoder =
    encoding === 'br'
      ? zlib.createBrotliDecompress()
      : encoding === 'gzip' || encoding === 'x-gzip' || encoding === 'deflate'
        ? zlib.createUnzip()
        : undefined;
  if (decoder === undefined) throw new Error(`the server sent the encoding ${encoding}, which was not asked for`);
  response.on('error', (error) => decoder.destroy(error));
  return response.pipe(decoder);
}

async function read(stream: Readable): Promise<{ readonly body: Buffer; readonly cut: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const room = MOST_BYTES - bytes;
    chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    bytes += Math.min(chunk.length, room);
    if (chunk.length > room) return { body: Buffer.concat(chunks, bytes), cut: true };
  }
  return { body: Buffer.concat(chunks, bytes), cut: false };
}
