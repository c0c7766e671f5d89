import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, type AgentOptions, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect } from 'node:tls';
import { hostname, proxyAuthorization } from './transport.ts';
import { TransportError } from './transport-error.ts';

const CONNECT_TIMEOUT_MS = 30_000;

/** Reaches https servers through a tunnel (CONNECT, RFC 9110 section 9.3.6) of an http or https proxy. */
export class ProxyAgent extends Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(
    options: ConnectionOptions & { readonly host?: string; readonly port?: number | string },
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const target = `${options.host?.includes(':') ? `[${options.host}]` : options.host}:${options.port}`;
    const finish = done as (error: Error | null, stream?: Duplex) => void;
    const tunnel: ClientRequest = (this.#proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      host: hostname(this.#proxy),
      port: this.#proxy.port || (this.#proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      agent: false,
      timeout: CONNECT_TIMEOUT_MS,
      headers: { host: target, ...proxyAuthorization(this.#proxy) },
    });
    tunnel.on('timeout', () => tunnel.destroy(new TransportError('CONNECT_TIMEOUT', 'the proxy does not answer')));
    tunnel.on('error', (error) => finish(error));
    tunnel.on('connect', (response: IncomingMessage, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        finish(new TransportError('PROXY_REFUSED', `the proxy answered ${response.statusCode} to CONNECT ${target}`));
        return;
      }
      socket.setTimeout(0);
      const secure = connect({
        ...options,
        socket,
        servername: options.servername ?? options.host,
      } as ConnectionOptions);
      secure.once('error', finish);
      secure.once('secureConnect', () => {
        secure.removeListener('error', finish);
        finish(null, secure);
      });
    });
    tunnel.end();
    return undefined;
  }
}
