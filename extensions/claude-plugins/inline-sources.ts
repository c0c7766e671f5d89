import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { isFolder } from './places.ts';
import { hasManifest, isPlugin } from './plugin-layout.ts';
import type { PluginSource, Sideload } from './plugin-sources.ts';
import { Tree } from './tree.ts';

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

/** The plugins at a path, or why there are none. */
async function rootsIn(path: string, unpacked: string): Promise<readonly string[] | string> {
  let root = path;
  if (!isFolder(path)) {
    if (extname(path).toLowerCase() !== '.zip') return `${path} is neither a folder nor a .zip`;
    try {
      const { unpackedZip } = await import('./unpacked-zip.ts');
      root = await unpackedZip(path, unpacked);
    } catch (error) {
      return `${path}: ${(error as Error).message}`;
    }
  }
  if (hasManifest(new Tree(root))) return [root];
  const below = (new Tree(root).folder('') ?? [])
    .filter((child) => child.folder && !child.name.startsWith('.'))
    .map(({ name }) => join(root, name));
  // a plugin in this folder may be called `skills`; without one of them the folder itself is the plugin
  if (!below.some((path) => hasManifest(new Tree(path))) && isPlugin(new Tree(root))) return [root];
  const plugins = below.filter((path) => isPlugin(new Tree(path)));
  if (plugins.length > 0) return plugins;
  if (existsSync(join(root, 'tenon.json'))) return `${path} is an extension of code: give it as --plugin`;
  return `${path} holds no plugin: there is no .claude-plugin/plugin.json, and none of its usual folders`;
}
