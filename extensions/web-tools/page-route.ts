import type { Agent } from 'node:https';
import type { SecureContext } from 'node:tls';
import { Config, type ExtensionApi, type Host } from 'tenon/plugin-api';
import type { CredentialCommand } from 'tenon/plugin-api/lib/credential-command';
import { proxyFor } from 'tenon/plugin-api/lib/proxy';
import { secureContext, tlsFiles } from 'tenon/plugin-api/lib/tls-files';
import { TransportError } from 'tenon/plugin-api/lib/transport-error';
import type { WebToolsConfig } from './manifest.ts';

/** How a page is reached. */
export interface PageRoute {
  /** Absent: the page's server is connected to. */
  readonly proxy?: URL;
  /** The header for a proxy that is asked for whole addresses. */
  readonly authorization?: string;
  /** For https through a proxy. */
  readonly agent?: Agent;
  /** Whom to trust, where it is more than Node does. */
  readonly secureContext?: SecureContext;
}

/** The ways to pages: the proxies of the environment, and the authorities of the settings. */
export class PageRoutes {
  readonly #host: Host;
  readonly #setting: (key: 'env' | 'proxyAuthHelper') => unknown;
  #credential: CredentialCommand | undefined;

  private constructor(host: Host, setting: (key: 'env' | 'proxyAuthHelper') => unknown) {
    this.#host = host;
    this.#setting = setting;
  }

  static async of(api: ExtensionApi<WebToolsConfig>, host: Host): Promise<PageRoutes> {
    const config = api.has(Config) ? await api.use(Config) : undefined;
    const routes = new PageRoutes(host, (key) => config?.get(key));
    api.own(() => routes.#credential?.close());
    return routes;
  }

  /** @throws TransportError when a proxy or certificate cannot be used */
  async to(url: URL): Promise<PageRoute> {
    const { env } = this.#host;
    const proxy = proxyFor(url, env);
    // the certificate of this client is for the models' endpoint, and for nobody else
    const { authorities } = tlsFiles(env, this.#setting('env')) ?? {};
    const context = authorities === undefined ? undefined : await secureContext({ authorities });
    const trust = context === undefined ? {} : { secureContext: context };
    if (proxy === undefined) return trust;
    if (url.protocol === 'https:') {
      const { proxyAgent } = await import('tenon/plugin-api/lib/proxy-agent');
      const authorization = () => this.#authorization(proxy);
      return { proxy, agent: await proxyAgent(proxy, trust, { authorization, ...trust }) };
    }
    const authorization = await this.#authorization(proxy);
    return { proxy, ...trust, ...(authorization !== undefined && { authorization }) };
  }

  /** True when a proxy refused credentials that can be asked for again. */
  renew(status: number | undefined): boolean {
    if (status !== 407 || this.#credential === undefined) return false;
    this.#credential.forget();
    return true;
  }

  async #authorization(proxy: URL): Promise<string | undefined> {
    const set = () => {
      const command = this.#setting('proxyAuthHelper');
      return typeof command === 'string' && command.trim() !== '' ? command : undefined;
    };
    const command = proxy.username === '' ? set() : undefined;
    if (command === undefined) return undefined;
    const { proxyCredential } = await import('tenon/plugin-api/lib/proxy-credential');
    this.#credential ??= proxyCredential({ env: () => this.#host.env, cwd: this.#host.cwd, command: set });
    try {
      return await this.#credential.output(command);
    } catch (cause) {
      throw new TransportError('BAD_PROXY', (cause as Error).message, cause);
    }
  }
}
