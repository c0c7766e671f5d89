import type { IncomingMessage } from 'node:http';
import { ModelError } from 'tenon/plugin-api';

/** Where requests go. */
export interface Endpoint {
  readonly url: URL;
  readonly key: string | undefined;
}

/** Milliseconds without a byte after which an answer counts as lost. */
const SILENCE = 120_000;
/** Bytes of an error's body that are read. */
const LARGEST = 20_000;

/**
 * The endpoint from the environment: a project cannot set these variables.
 * @throws ModelError that names the variable
 */
export function readEndpoint(env: Readonly<Record<string, string | undefined>>): Endpoint {
  const base = env.OPENAI_BASE_URL || 'https://api.openai.com/v1';
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
    throw new ModelError(
      'invalid_request',
      'OPENAI_BASE_URL must be an http or https address, such as http://127.0.0.1:8080/v1.',
    );
  }
  const url = new URL(`${base.replace(/\/+$/, '')}/chat/completions`);
  const key = env.OPENAI_API_KEY || undefined;
  if (key === undefined && url.hostname === 'api.openai.com') {
    throw new ModelError(
      'authentication_failed',
      'There is no key: set OPENAI_API_KEY, or OPENAI_BASE_URL to a server of your own.',
    );
  }
  return { url, key };
}

/** An answer that has begun. */
export interface Answer {
  readonly text: AsyncIterable<string>;
  /** Ends the connection; what was not read of the answer is lost. */
  close(): void;
}

class StatusError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Sends a request and waits for the beginning of the answer. @throws anything; `failureOf` says what it means */
export async function post({ url, key }: Endpoint, body: object, signal: AbortSignal): Promise<Answer> {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    accept: 'text/event-stream',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  // loaded here: whoever uses another model does not need it
  const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // a connection of its own: nothing is left open for the end of the program to wait for
    const sent = request(url, { method: 'POST', headers, signal, agent: false }, resolve);
    sent.setTimeout(SILENCE, () => sent.destroy(new Error(`nothing came for ${SILENCE / 1000} s`)));
    sent.on('error', reject);
    sent.end(text);
  });
  response.setEncoding('utf8');
  if (response.statusCode === 200) return { text: response, close: () => void response.destroy() };
  let said = '';
  for await (const piece of response) {
    said += piece as string;
    if (said.length > LARGEST) break;
  }
  response.destroy();
  throw new StatusError(response.statusCode ?? 0, messageIn(said));
}

/** What a failure means, and whether it may pass. No message holds the key. */
export function failureOf(error: unknown, { url, key }: Endpoint): ModelError {
  if (error instanceof ModelError) return error;
  const said = (error as Error).message;
  const shown = key === undefined ? said : said.replaceAll(key, '…');
  if (!(error instanceof StatusError)) {
    return new ModelError('server_error', `${url.origin} cannot be reached: ${shown}`, {
      retryable: true,
      cause: error,
    });
  }
  const { status } = error;
  const kind =
    status === 401 || status === 403
      ? 'authentication_failed'
      : status === 404
        ? 'model_not_found'
        : status === 429
          ? 'rate_limit'
          : status >= 500
            ? 'server_error'
            : 'invalid_request';
  const message = `${url.origin} answered ${status}: ${shown}`;
  return new ModelError(kind, message, { status, retryable: status === 429 || status >= 500, cause: error });
}

function messageIn(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: string } | string };
    return (typeof error === 'string' ? error : error?.message) ?? body.slice(0, 300);
  } catch {
    return body.slice(0, 300); // some proxy said it in its own words
  }
}
