import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Disposable, type Entry, type Extension, Host, type TextOutput } from 'tenon/plugin-api';
import { layeredEnv } from 'tenon/plugin-api/lib/layered-env';

/** A process around extensions that are only tried: an empty folder as home and project, and nobody who reads. */
export function trialHost({ distro, env }: Host): Disposable & { readonly entry: Entry } {
  const folder = mkdtempSync(join(tmpdir(), 'plugin-check-'));
  const [home, cwd] = [join(folder, 'home'), join(folder, 'project')];
  for (const one of [home, cwd]) mkdirSync(one);
  const layers = layeredEnv({ PATH: env.PATH, LANG: 'C.UTF-8', HOME: home });
  const nobody: TextOutput = { write: () => undefined, drained: async () => {}, isTerminal: false, columns: undefined };
  const host: Host = {
    distro,
    argv: [],
    cwd,
    home,
    get env() {
      return layers.env();
    },
    layEnv: layers.lay,
    stdin: { isTerminal: false, text: async () => '', async *lines() {} },
    stdout: nobody,
    stderr: nobody,
    onSignal: () => ({ dispose() {} }),
  };
  const manifest = { id: 'host', version: '0', api: 1, provides: [Host.id] } as const;
  const extension: Extension<never> = { manifest, setup: (api) => void api.provide(Host, host) };
  return {
    entry: { manifest, origin: { kind: 'bundled' }, load: async () => extension },
    dispose: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
