import type { IncomingMessage } from 'node:http';
import type { Agent, AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import { http, https } from './node-http.ts';
import { hostname, proxyAuthorization } from './proxy.ts';
import { TransportError } from './transport-error.ts';

const CONNECT_TIMEOUT_MS = 30_000;

export interface ProxyOptions {
  /** The header `proxy-authorization`, asked for at each connection; without it what stands in the address of the proxy. */
  readonly authorization?: () => Promise<string | undefined>;
  /** For a proxy that is spoken to over TLS itself: whom to trust. Certificates of the client are for the server behind it. */
  readonly secureContext?: SecureContext | undefined;
}

/** Makes an agent that reaches https servers through a tunnel (CONNECT, RFC 9110 section 9.3.6) of a proxy. */
export async function proxyAgent(proxy: URL, agentOptions: AgentOptions, options: ProxyOptions = {}): Promise<Agent> {
  const { connect } = process.getBuiltinModule?.('node:tls') ?? (await import('node:tls'));
  const { Agent } = await https();
  const secure = proxy.protocol === 'https:';
  const { request } = secure ? await https() : await http();
  type Finish = (error: Error | null, stream?: Duplex) => void;

  class ProxyAgent extends Agent {
    override createConnection(
      target: ConnectionOptions & { readonly host?: string; readonly port?: number | string },
      done?: (error: Error | null, stream: Duplex) => void,
    ): undefined {
      const finish = done as Finish;
      const given = options.authorization?.() ?? Promise.resolve(undefined);
      given.then(
        (authorization) => open(target, authorization, finish),
        (error: Error) => finish(error),
      );
      return undefined;
    }
  }

  function open(
    options_: ConnectionOptions & { readonly host?: string; readonly port?: number | string },
    authorization: string | undefined,
    finish: Finish,
  ): void {
    const target = `${options_.host?.includes(':') ? `[${options_.host}]` : options_.host}:${options_.port}`;
    const tunnel = request({
      host: hostname(proxy),
      port: proxy.port || (secure ? 443 : 80),
      method: 'CONNECT',
      path: target,
      agent: false,
      timeout: CONNECT_TIMEOUT_MS,
      headers: { host: target, ...proxyAuthorization(proxy, authorization) },
      ...(secure && options.secureContext !== undefined && { secureContext: options.secureContext }),
    });
    tunnel.on('timeout', () => tunnel.destroy(new TransportError('CONNECT_TIMEOUT', 'the proxy does not answer')));
    tunnel.on('error', (error) => finish(error));
    tunnel.on('connect', (response: IncomingMessage, socket) => {
      const { statusCode: status = 0 } = response;
      if (status !== 200) {
        socket.destroy();
        const text = `the proxy answered ${status} to CONNECT ${target}`;
        finish(new TransportError('PROXY_REFUSED', text, undefined, status));
        return;
      }
      socket.setTimeout(0);
      const servername = options_.servername ?? options_.host;
      const stream = connect({ ...options_, socket, ...(servername !== undefined && { servername }) });
      stream.once('error', finish);
      stream.once('secureConnect', () => {
        stream.removeListener('error', finish);
        finish(null, stream);
      });
    });
    tunnel.end();
  }

  return new ProxyAgent(agentOptions);
}
