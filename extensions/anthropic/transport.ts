import type { Agent, IncomingMessage } from 'node:http';
import type { CredentialCommand } from 'tenon/plugin-api/lib/credential-command';
import { http, https } from 'tenon/plugin-api/lib/node-http';
import { hostname, proxyAuthorization, proxyFor } from 'tenon/plugin-api/lib/proxy';
import { secureContext, type TlsFiles, tlsFiles } from 'tenon/plugin-api/lib/tls-files';
import { TransportError } from 'tenon/plugin-api/lib/transport-error';
import type { Env } from './model-table.ts';

export interface TransportParts {
  readonly env: () => Env;
  /** Where the command for credentials of the proxy runs. */
  readonly cwd: string;
  /** A key of the settings; never a project's. */
  readonly setting: (key: 'env' | 'proxyAuthHelper') => unknown;
}

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
  readonly #parts: TransportParts;
  readonly #agents = new Map<string, Agent>();
  #credential: CredentialCommand | undefined;

  constructor(parts: TransportParts) {
    this.#parts = parts;
  }

  /**
   * Resolves with the head of the answer. A kept connection that the server closed in the same moment is replaced by a
   * new one without anybody noticing, and credentials that the proxy refuses are asked for once more.
   * @throws TransportError, also after an abort; the caller looks at its signal.
   */
  async post(post: Post): Promise<IncomingMessage> {
    const proxy = proxyFor(post.url, this.#parts.env());
    try {
      return await this.#send(post, proxy);
    } catch (error) {
      if (post.signal.aborted) throw error;
      const refused = error instanceof TransportError && error.status === 407 && this.#credential !== undefined;
      if (!refused && !(error instanceof StaleConnection)) throw error;
      if (refused) this.#credential?.forget();
      return await this.#send(post, proxy);
    }
  }

  /** Closes all connections. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
    this.#credential?.close();
  }

  /** What the user's own command prints for the proxy, unless its address has a name and a password. */
  async #authorization(proxy: URL): Promise<string | undefined> {
    const command = () => {
      const set = this.#parts.setting('proxyAuthHelper');
      return typeof set === 'string' && set.trim() !== '' ? set : undefined;
    };
    const line = proxy.username === '' ? command() : undefined;
    if (line === undefined) return undefined;
    const { proxyCredential } = await import('tenon/plugin-api/lib/proxy-credential');
    const { env, cwd } = this.#parts;
    this.#credential ??= proxyCredential({ env, cwd, command });
    try {
      return await this.#credential.output(line);
    } catch (cause) {
      throw new TransportError('BAD_PROXY', (cause as Error).message, cause);
    }
  }

  async #send(post: Post, proxy: URL | undefined): Promise<IncomingMessage> {
    const secure = post.url.protocol === 'https:';
    const viaPlainProxy = proxy !== undefined && !secure;
    const overTls = viaPlainProxy ? proxy.protocol === 'https:' : secure;
    const protocol = overTls ? await https() : await http();
    const agent = await this.#agent(secure, overTls, proxy);
    const authorization = viaPlainProxy ? await this.#authorization(proxy) : undefined;
    return new Promise((resolve, reject) => {
      const request = protocol.request({
        host: hostname(viaPlainProxy ? proxy : post.url),
        port: (viaPlainProxy ? proxy : post.url).port || (overTls ? 443 : 80),
        path: viaPlainProxy ? post.url.href : post.url.pathname + post.url.search,
        method: 'POST',
        agent,
        headers: {
          host: post.url.host,
          ...(viaPlainProxy && proxyAuthorization(proxy, authorization)),
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
        socket.once(overTls ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
      });
      request.on('response', (response) => {
        if (authorization !== undefined && response.statusCode === 407) {
          fail(new TransportError('PROXY_REFUSED', 'the proxy answered 407', undefined, 407));
          return;
        }
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

  async #agent(secure: boolean, overTls: boolean, proxy: URL | undefined): Promise<Agent> {
    const { env, setting } = this.#parts;
    const files = overTls || secure ? tlsFiles(env(), setting('env')) : undefined;
    const key = `${secure} ${proxy?.href ?? ''} ${files === undefined ? '' : JSON.stringify(files)}`;
    const known = this.#agents.get(key);
    if (known) return known;
    const made = await this.#makeAgent(secure, overTls, proxy, files);
    const raced = this.#agents.get(key);
    if (raced) return raced;
    this.#agents.set(key, made);
    return made;
  }

  async #makeAgent(secure: boolean, overTls: boolean, proxy: URL | undefined, files: TlsFiles | undefined) {
    const options = { keepAlive: true, scheduling: 'lifo' } as const;
    if (!overTls) return new (await http()).Agent(options);
    const { authorities } = files ?? {};
    // the certificate of this client is for the endpoint, not for a proxy
    const trust = authorities !== undefined && proxy !== undefined ? await secureContext({ authorities }) : undefined;
    const own = files === undefined ? undefined : secure ? await secureContext(files) : trust;
    const withContext = { ...options, ...(own !== undefined && { secureContext: own }) };
    if (!secure || proxy === undefined) return new (await https()).Agent(withContext);
    const { proxyAgent } = await import('tenon/plugin-api/lib/proxy-agent');
    return proxyAgent(proxy, withContext, {
      authorization: () => this.#authorization(proxy),
      secureContext: trust,
    });
  }
}

class StaleConnection extends TransportError {}
