import type { JsonObject } from 'tenon/plugin-api';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
import { isObject } from './fields.ts';
import type { Tree } from './tree.ts';

/** The manifest of a plugin, where it lies. */
export const MANIFEST = '.claude-plugin/plugin.json';
/** The manifest of the open layout. */
export const OPEN_MANIFEST = 'plugin.json';

/** True when a folder says that it is a plugin. */
export function hasManifest(tree: Tree): boolean {
  return tree.kind(MANIFEST) === 'file' || readOpen(tree) !== undefined;
}

/** True when a folder is a plugin, or looks like one. */
export function isPlugin(tree: Tree): boolean {
  const folders = ['skills', 'commands', 'agents', 'output-styles'];
  const files = ['hooks/hooks.json', '.mcp.json', '.lsp.json', 'SKILL.md'];
  return (
    hasManifest(tree) ||
    folders.some((one) => tree.kind(one) === 'folder') ||
    files.some((one) => tree.kind(one) === 'file')
  );
}

/** A root plugin.json belongs to the open layout only when it has a name: other programs have files of that name. */
export function readOpen(tree: Tree): JsonObject | undefined {
  if (tree.kind(OPEN_MANIFEST) !== 'file') return undefined;
  const value = jsonOf(tree.text(OPEN_MANIFEST));
  return typeof value?.name === 'string' ? value : undefined;
}

function jsonOf(text: string | undefined): JsonObject | undefined {
  try {
    const value = text === undefined ? undefined : parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // it is something else then
  }
}
