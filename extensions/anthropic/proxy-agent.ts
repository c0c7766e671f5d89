import type { IncomingMessage } from 'node:http';
import type { Agent, AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { hostname, http, https, proxyAuthorization } from './transport.ts';
import { TransportError } from './transport-error.ts';

const CONNECT_TIMEOUT_MS = 30_000;

/** Makes an agent that reaches https servers through a tunnel (CONNECT, RFC 9110 section 9.3.6) of a proxy. */
export async function proxyAgent(proxy: URL, agentOptions: AgentOptions): Promise<Agent> {
  const { connect } = process.getBuiltinModule?.('node:tls') ?? (await import('node:tls'));
  const { Agent } = await https();
  const secure = proxy.protocol === 'https:';
  const { request } = secure ? await https() : await http();

  class ProxyAgent extends Agent {
    override createConnection(
      options: ConnectionOptions & { readonly host?: string; readonly port?: number | string },
      done?: (error: Error | null, stream: Duplex) => void,
    ): undefined {
      const finish = done as (error: Error | null, stream?: Duplex) => void;
      const target = `${options.host?.includes(':') ? `[${options.host}]` : options.host}:${options.port}`;
      const tunnel = request({
        host: hostname(proxy),
        port: proxy.port || (secure ? 443 : 80),
        method: 'CONNECT',
        path: target,
        agent: false,
        timeout: CONNECT_TIMEOUT_MS,
        headers: { host: target, ...proxyAuthorization(proxy) },
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
        const servername = options.servername ?? options.host;
        const stream = connect({ ...options, socket, ...(servername !== undefined && { servername }) });
        stream.once('error', finish);
        stream.once('secureConnect', () => {
          stream.removeListener('error', finish);
          finish(null, stream);
        });
      });
      tunnel.end();
      return undefined;
    }
  }
  return new ProxyAgent(agentOptions);
}
