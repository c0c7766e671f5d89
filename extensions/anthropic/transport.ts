import type { Agent, IncomingMessage } from 'node:http';
import type { Env } from './model-table.ts';
import { proxyFor } from './proxy.ts';
import { TransportError } from './transport-error.ts';

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Until the status line of the answer is there. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
}

/**
 * HTTP and HTTPS requests over connections that are kept open. Not the global `fetch`: loading it takes longer than
 * everything else in a short answer.
 */
export class Transport {
  readonly #env: () => Env;
  readonly #agents = new Map<string, Agent>();

  constructor(env: () => Env) {
    this.#env = env;
  }

  /**
   * Resolves with the head of the answer. A kept connection that the server closed in the same moment is replaced by a
   * new one without anybody noticing.
   * @throws TransportError, also after an abort; the caller looks at its signal.
   */
  async post(post: Post): Promise<IncomingMessage> {
    const proxy = proxyFor(post.url, this.#env());
    try {
      return await this.#send(post, proxy);
    } catch (error) {
      if (!(error instanceof StaleConnection) || post.signal.aborted) throw error;
      return await this.#send(post, proxy);
    }
  }

  /** Closes all connections. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async #send(post: Post, proxy: URL | undefined): Promise<IncomingMessage> {
    const secure = post.url.protocol === 'https:';
    const protocol = secure ? await https() : await http();
    const agent = await this.#agent(secure, proxy);
    const viaPlainProxy = proxy !== undefined && !secure;
    return new Promise((resolve, reject) => {
      const request = protocol.request({
        host: hostname(viaPlainProxy ? proxy : post.url),
        port: (viaPlainProxy ? proxy : post.url).port || (secure ? 443 : 80),
        path: viaPlainProxy ? post.url.href : post.url.pathname + post.url.search,
        method: 'POST',
        agent,
        headers: {
          host: post.url.host,
          ...(viaPlainProxy && proxyAuthorization(proxy)),
          ...post.headers,
          'content-length': String(Buffer.byteLength(post.body)),
        },
      });
      let answered = false;
      let connecting: ReturnType<typeof setTimeout> | undefined;
      const answering = setTimeout(() => {
        fail(new TransportError('ANSWER_TIMEOUT', `no answer within ${post.timeoutMs} ms`));
      }, post.timeoutMs);
      const settle = () => {
        clearTimeout(answering);
        clearTimeout(connecting);
        post.signal.removeEventListener('abort', abort);
      };
      const fail = (error: Error) => {
        settle();
        reject(error);
        request.destroy();
      };
      const abort = () => fail(new TransportError('ABORTED', 'interrupted'));
      if (post.signal.aborted) return abort();
      post.signal.addEventListener('abort', abort);
      request.on('socket', (socket) => {
        if (!socket.connecting) return;
        connecting = setTimeout(() => {
          fail(new TransportError('CONNECT_TIMEOUT', `no connection within ${post.connectTimeoutMs} ms`));
        }, post.connectTimeoutMs);
        socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
      });
      request.on('response', (response) => {
        answered = true;
        settle();
        // Until its reader listens, which looks at what happened before.
        response.on('error', () => {});
        resolve(response);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (answered) return; // The reader of the answer gets its own error.
        const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        fail(
          stale
            ? new StaleConnection(error.code ?? '', error.message, error)
            : error instanceof TransportError
              ? error
              : new TransportError(error.code ?? 'UNKNOWN', error.message, error),
        );
      });
      request.end(post.body);
    });
  }

  async #agent(secure: boolean, proxy: URL | undefined): Promise<Agent> {
    const key = `${secure} ${proxy?.href ?? ''}`;
    const known = this.#agents.get(key);
    if (known) return known;
    const options = { keepAlive: true, scheduling: 'lifo' } as const;
    let made: Agent;
    if (secure && proxy) made = await (await import('./proxy-agent.ts')).proxyAgent(proxy, options);
    else if (secure) made = new (await https()).Agent(options);
    else made = new (await http()).Agent(options);
    const raced = this.#agents.get(key);
    if (raced) return raced;
    this.#agents.set(key, made);
    return made;
  }
}

class StaleConnection extends TransportError {}

/** The host without the brackets that an address of IPv6 has in a URL. */
export function hostname(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** The header that a user name and password in the address of a proxy stand for. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

// On Node 24 an import of these modules also evaluates what they export lazily.
export const http = async () => process.getBuiltinModule?.('node:http') ?? (await import('node:http'));
export const https = async () => process.getBuiltinModule?.('node:https') ?? (await import('node:https'));
