import { existsSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
import { restrictProjectSettings, trustedSettingsFiles } from 'tenon/plugin-api/lib/project-settings';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import type { ComponentFindings } from './component-findings.ts';

/** What a folder brings along that could steer the program, by kind: `hooks`, `env`, `MCP servers`, `extensions`, …. */
export interface Findings {
  /** A hash for each kind that is there. */
  readonly kinds: Readonly<Record<string, string>>;
  /** What would run or take part, one line each. */
  readonly lines: readonly string[];
}

export const SERVERS = 'MCP servers';
export const EXTENSIONS = 'extensions of the project';
const FILES = 'more settings files';
const COMPONENT_HOOKS = 'hooks of skills and agents';
const PLUGINS = 'plugins of the project';

/** Where to look. All absolute. */
export interface FindingPlaces {
  readonly dir: string;
  /** The top of the work tree, where the local settings are. */
  readonly top: string;
  /** The name of the settings folder of a project. */
  readonly folder: string;
}

/** Reads what a folder brings along, as data: nothing of it is run or loaded. */
export async function findingsOf({ dir, top, folder }: FindingPlaces): Promise<Findings> {
  const [project, local, servers, extensions, files, components] = await Promise.all([
    readObject(join(dir, folder, 'settings.json')),
    readObject(join(top, folder, 'settings.local.json')),
    readObject(join(dir, '.mcp.json')),
    findExtensions(join(dir, folder, 'tenon', 'extensions')),
    findFiles(dir, trustedSettingsFiles(folder)),
    findComponents(join(dir, folder)),
  ]);
  const parts: Record<string, unknown[]> = {};
  const lines: string[] = [];
  const add = (kind: string, what: unknown, line: string) => {
    parts[kind] = [...(parts[kind] ?? []), what];
    lines.push(line);
  };
  for (const [name, settings] of [
    [`${folder}/settings.json`, project],
    [`${folder}/settings.local.json`, local],
  ] as const) {
    if (settings === undefined) continue;
    const { leftOut } = restrictProjectSettings(settings, { trusted: false, inside: () => true });
    for (const { key } of leftOut) {
      const value = key.split('.').reduce<unknown>((at, part) => (at as JsonObject | undefined)?.[part], settings);
      add(key, [name, value], `${key} in ${name}: ${short(value)}`);
    }
  }
  for (const [name, server] of Object.entries((servers?.mcpServers as JsonObject | undefined) ?? {})) {
    add(SERVERS, [name, server], `MCP server ${name}: ${short(server)}`);
  }
  for (const [name, hash] of files) {
    add(FILES, [name, hash], `${name}: ${/js$/.test(name) ? 'a program that makes settings' : 'settings'}`);
  }
  for (const [name, text] of components.hooks) add(COMPONENT_HOOKS, [name, text], `hooks of ${folder}/${name}`);
  for (const [name, text] of components.plugins) add(PLUGINS, [name, text], `plugin: ${folder}/${name}`);
  for (const extension of extensions) add(EXTENSIONS, extension, `extension ${extension.join(' ')}`);
  const kinds = Object.entries(parts).map(([kind, values]) => [kind, digest(stable(values))] as const);
  return { kinds: Object.fromEntries(kinds), lines };
}

/** The SHA-256 of a text, in hex. */
export function digest(text: string): string {
  // most folders bring nothing along that is hashed, and this loads twenty modules of Node
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(text).digest('hex');
}

/** Project extensions as id and version of their manifests; a single file as its name and content. */
async function findExtensions(folder: string): Promise<readonly (readonly string[])[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // most projects have none
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly string[] | undefined> => {
      const path = join(folder, entry.name);
      if (/\.[cm]?[jt]sx?$/.test(entry.name)) return [entry.name, digest(await readText(path))];
      const manifest = (await readObject(join(path, 'tenon.json'))) ?? (await readObject(join(path, 'package.json')));
      if (manifest === undefined) return undefined;
      const { id, name, version, main } = manifest;
      return [entry.name, String(id ?? name ?? entry.name), String(version ?? ''), String(main ?? '')];
    }),
  );
  return found.filter((one) => one !== undefined).sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
}

/** The files that are there, each with a hash of what it holds. */
async function findFiles(dir: string, names: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const there = await access(join(dir, name)).then(
        () => true,
        () => false,
      );
      return there ? ([name, digest(await readText(join(dir, name)))] as const) : undefined;
    }),
  );
  return found.filter((one) => one !== undefined);
}

/** Folders of a settings folder whose files may name hooks. */
const COMPONENTS = ['skills', 'commands', 'agents'];

async function findComponents(folder: string): Promise<ComponentFindings> {
  const names = COMPONENTS.filter((name) => existsSync(join(folder, name)));
  if (names.length === 0) return { hooks: [], plugins: [] };
  return (await import('./component-findings.ts')).componentFindings(folder, names);
}

async function readText(path: string): Promise<string> {
  try {
    return (await readBounded(path)) ?? '';
  } catch (error) {
    return `unreadable: ${(error as Error).message}`;
  }
}

async function readObject(path: string): Promise<JsonObject | undefined> {
  try {
    const text = await readBounded(path);
    const value = text === undefined ? undefined : parseJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined; // whoever uses the file skips it for the same reason and says so
  }
}

/** JSON with sorted keys: the same for equal values. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
