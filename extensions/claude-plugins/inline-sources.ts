import { basename } from 'node:path';
import { rootsIn } from './plugin-roots.ts';
import type { PluginSource, Sideload } from './plugin-sources.ts';

/**
 * The plugins that the user named for this run: folders, archives, folders of plugins.
 * @param unpacked where archives are unpacked
 */
export async function inlineSources(given: readonly Sideload[], unpacked: string): Promise<readonly PluginSource[]> {
  const sources: PluginSource[] = [];
  for (const { path, withoutMcp } of given) {
    const base = { from: 'inline', scope: 'inline', enabled: true, ...(withoutMcp && { withoutMcp }) } as const;
    const roots = await rootsIn(path, unpacked);
    if (typeof roots !== 'string') sources.push(...roots.map((root) => ({ ...base, root })));
    else {
      const id = `${basename(path) || 'plugin'}@inline`;
      sources.push({ ...base, id, problem: { type: 'not-a-plugin', severity: 'error', message: roots } });
    }
  }
  return sources;
}
