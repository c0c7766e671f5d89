import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Config, type ExtensionApi, type Host } from 'tenon/plugin-api';
import { fetchZip, shownUrl } from './fetched-zip.ts';
import { rootsIn } from './plugin-roots.ts';
import type { PluginSource } from './plugin-sources.ts';

/** The plugins of `--plugin-url`: fetched once a run, into a folder that goes with it. */
export class FetchedPlugins {
  readonly #api: ExtensionApi;
  readonly #host: Host;
  readonly #fetched = new Map<string, Promise<readonly PluginSource[]>>();
  readonly #ended = new AbortController();
  #folder: Promise<string> | undefined;

  constructor(api: ExtensionApi, host: Host) {
    this.#api = api;
    this.#host = host;
    api.own(async () => {
      this.#ended.abort();
      await Promise.allSettled(this.#fetched.values());
      if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
    });
  }

  /** @param anew what failed before is tried once more */
  async sources(addresses: readonly string[], anew: boolean): Promise<readonly PluginSource[]> {
    const lists = [...new Set(addresses)].map(async (address, number) => {
      const before = await this.#fetched.get(address);
      if (before !== undefined && !(anew && before.some(({ problem }) => problem !== undefined))) return before;
      const fetched = this.#fetch(address, number);
      this.#fetched.set(address, fetched);
      return fetched;
    });
    return (await Promise.all(lists)).flat();
  }

  async #fetch(address: string, number: number): Promise<readonly PluginSource[]> {
    const base = { from: 'inline', scope: 'inline', enabled: true, fleeting: true } as const;
    const shown = shownUrl(address);
    const name =
      basename(shown)
        .replace(/\.zip$/i, '')
        .replace(/[^\w.-]/g, '-') || 'plugin';
    try {
      this.#folder ??= mkdtemp(join(tmpdir(), `${this.#host.distro.command}-plugins-`));
      const folder = await mkdtemp(join(await this.#folder, `${number}-`));
      const file = join(folder, `${name}.zip`);
      const config = this.#api.has(Config) ? await this.#api.use(Config) : undefined;
      await fetchZip({ host: this.#host, config, signal: this.#ended.signal }, address, file);
      await mkdir(join(folder, 'unpacked'));
      const roots = await rootsIn(file, join(folder, 'unpacked'));
      await rm(file);
      if (typeof roots !== 'string') return roots.map((root) => ({ ...base, root }));
      throw new Error(roots.replace(`${file}: `, '').replaceAll(file, 'it'));
    } catch (error) {
      const message = `--plugin-url ${shown}: ${(error as Error).message}`;
      return [{ ...base, id: `${name}@inline`, problem: { type: 'not-a-plugin', severity: 'error', message } }];
    }
  }
}
