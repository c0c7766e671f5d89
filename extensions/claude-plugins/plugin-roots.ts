import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { isFolder } from './places.ts';
import { hasManifest, isPlugin } from './plugin-layout.ts';
import { Tree } from './tree.ts';

/**
 * The roots of the plugins at a path (a folder, a .zip, a folder of plugins), or why there are none.
 * @param unpacked where archives are unpacked
 */
export async function rootsIn(path: string, unpacked: string): Promise<readonly string[] | string> {
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
