import type { ClientRequest, IncomingMessage } from 'node:http';
import { Config, type HttpHandler } from 'tenon/plugin-api';
import { fitsPattern } from 'tenon/plugin-api/lib/name-pattern';
import type { Ran } from './answer.ts';
import type { HandlerRun, Workbench } from './handler-run.ts';

/** Bytes of an answer that are read. */
const MOST = 1024 * 1024;

/** Posts the input of the event. No status of the answer blocks: only what the answer says does. @throws Error */
export async function runHttpHandler({ api, host }: Workbench, run: HandlerRun<HttpHandler>): Promise<Ran> {
  const { handler, text, signal } = run;
  const config = api.has(Config) ? await api.use(Config) : undefined;
  const url = allowedUrl(handler.url, config?.get('allowedHttpHookUrls'));
  const names = handler.allowedEnvVars ?? [];
  const permitted = config?.get<unknown>('httpHookAllowedEnvVars');
  const allowed = Array.isArray(permitted) ? names.filter((name) => permitted.includes(name)) : names;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    'user-agent': `${host.distro.name}/${host.distro.version}`,
  };
  for (const [name, value] of Object.entries(handler.headers ?? {})) {
    headers[name.toLowerCase()] = filled(value, allowed, host.env);
  }
  const { status, body } = await post(url, headers, text, signal);
  if (status < 200 || status > 299) throw new Error(`${url.origin} answered with status ${status}`);
  if (body.trim() === '') return { stdout: '', stderr: '' };
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    given = undefined; // said below
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Error(`${url.origin} answered with something else than a JSON object`);
  }
  return { stdout: body, stderr: '', given };
}

function allowedUrl(text: string, patterns: unknown): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(`${JSON.stringify(text)} is no address`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`${text} is neither http nor https`);
  if (!Array.isArray(patterns)) return url;
  const listed = patterns.some((one) => typeof one === 'string' && fitsPattern(one, url.href) && sameHost(one, url));
  if (!listed && !patterns.includes(text)) throw new Error(`${text} is not one of allowedHttpHookUrls`);
  return url;
}

/** A `*` behind the host must not reach into it: `https://a.example*` is not `https://a.example.evil`. */
function sameHost(pattern: string, url: URL): boolean {
  const host = /^[a-z*]+:\/\/([^/?#]*)/i.exec(pattern)?.[1];
  if (host === undefined) return pattern === '*';
  return host === '*' || fitsPattern(host.replace(/(?<=[^.:])\*$/, ''), url.host) || host === url.host;
}

/** Only variables that are listed are filled in; all others are empty. */
function filled(value: string, allowed: readonly string[], env: Readonly<Record<string, string | undefined>>): string {
  const text = value.replace(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    return allowed.includes(name) ? (env[name] ?? '') : '';
  });
  // a line end in a variable would begin another header
  return text.replace(/[\r\n\0]/g, '');
}

async function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> {
  const { request } = url.protocol === 'https:' ? await https() : await http();
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new Error(`${url.origin} could not be reached: ${error.message || 'no answer'}`));
    const sent: ClientRequest = request(url, { method: 'POST', headers, signal, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MOST) chunks.push(chunk);
        else sent.destroy(new Error(`the answer is longer than ${MOST} bytes`));
      });
      response.once('error', fail);
      response.once('end', () => resolve({ status: statusOf(response), body: Buffer.concat(chunks).toString('utf8') }));
    });
    sent.once('error', fail);
    sent.end(body);
  });
}

function statusOf({ statusCode = 0 }: IncomingMessage): number {
  return statusCode;
}

// on Node 24 an import of node:http evaluates much more than it needs
async function http(): Promise<typeof import('node:http')> {
  return process.getBuiltinModule?.('node:http') ?? (await import('node:http'));
}

async function https(): Promise<typeof import('node:https')> {
  return process.getBuiltinModule?.('node:https') ?? (await import('node:https'));
}
