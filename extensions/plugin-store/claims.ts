import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import { isObject } from './json-file.ts';
import { printable } from './printable.ts';

/** What a plugin says that it runs or wants, sorted: what its user should know before it is installed. */
export interface Claims {
  /** `PreToolUse: node check.js`. */
  readonly hooks: readonly string[];
  /** `search: npx search-server`, `api: https://…`. */
  readonly servers: readonly string[];
  /** Names of programs that the Bash tool finds. */
  readonly programs: readonly string[];
  /** What a native extension asks for: `network`, `process`. */
  readonly capabilities: readonly string[];
}

export const NO_CLAIMS: Claims = { hooks: [], servers: [], programs: [], capabilities: [] };
const MOST = 200;

/**
 * Reads the claims of a plugin in Claude's format. What cannot be read is left out: the loader reports it.
 * @param manifests plugin.json and the entry of the marketplace
 */
export async function claimsOf(root: string, manifests: readonly JsonObject[]): Promise<Claims> {
  const hooks: string[] = [];
  const servers: string[] = [];
  for (const value of await parts(root, 'hooks', ['hooks/hooks.json'], manifests)) addHooks(value, hooks);
  for (const kind of ['mcpServers', 'lspServers'] as const) {
    const usual = kind === 'mcpServers' ? ['.mcp.json', 'mcp.json'] : ['.lsp.json'];
    for (const value of await parts(root, kind, usual, manifests))
      addServers(isObject(value[kind]) ? value[kind] : value, servers);
  }
  return { hooks: neat(hooks), servers: neat(servers), programs: neat(namesIn(join(root, 'bin'))), capabilities: [] };
}

/** The objects that a field of the manifests holds or points to, and those of the usual files. */
async function parts(
  root: string,
  field: string,
  usual: readonly string[],
  manifests: readonly JsonObject[],
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  const files = new Set(usual);
  for (const manifest of manifests) {
    const value = manifest[field];
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (isObject(one)) found.push(one);
      else if (typeof one === 'string') files.add(one);
    }
  }
  for (const file of files) {
    if (file.split(/[\\/]/).includes('..') || file.startsWith('/')) continue;
    try {
      const text = await readBounded(join(root, file));
      const value = text === undefined ? undefined : parseJson(text);
      if (isObject(value)) found.push(value);
    } catch {
      // the loader says what is wrong with it
    }
  }
  return found;
}

function addHooks(value: JsonObject, hooks: string[]): void {
  const events = isObject(value.hooks) ? value.hooks : value;
  for (const [event, groups] of Object.entries(events)) {
    if (!Array.isArray(groups)) continue;
    for (const group of groups as readonly unknown[]) {
      if (!isObject(group) || !Array.isArray(group.hooks)) continue;
      for (const handler of group.hooks as readonly unknown[]) {
        if (!isObject(handler)) continue;
        const args = Array.isArray(handler.args) ? handler.args.map(String) : [];
        const what = handler.command ?? handler.url ?? handler.prompt ?? handler.tool ?? handler.type;
        hooks.push(`${event}: ${[String(what), ...args].join(' ')}`);
      }
    }
  }
}

function addServers(value: JsonObject, servers: string[]): void {
  for (const [name, config] of Object.entries(value)) {
    if (!isObject(config)) continue;
    const args = Array.isArray(config.args) ? config.args.map(String) : [];
    const what = config.command === undefined ? String(config.url ?? '') : [String(config.command), ...args].join(' ');
    const env = isObject(config.env) ? Object.keys(config.env) : [];
    const more = typeof config.headersHelper === 'string' ? ` (runs ${config.headersHelper})` : '';
    servers.push(`${name}: ${what}${more}${env.length === 0 ? '' : ` (with ${env.join(', ')})`}`);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return existsSync(folder) ? readdirSync(folder) : [];
  } catch {
    return []; // it is no folder
  }
}

function neat(list: readonly string[]): readonly string[] {
  return [...new Set(list.map(oneLine))].sort().slice(0, MOST);
}

/** On one line, without what could steer a terminal. */
function oneLine(text: string): string {
  const line = printable(text.replace(/\s+/g, ' ')).trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

const TITLES = {
  hooks: 'runs on events',
  servers: 'starts or reaches servers',
  programs: 'adds programs',
  capabilities: 'says that it needs',
} as const satisfies Record<keyof Claims, string>;

/** The claims as lines of text. */
export function shownClaims(claims: Claims): readonly string[] {
  return kinds().flatMap((kind) =>
    claims[kind].length === 0 ? [] : [`  ${TITLES[kind]}:`, ...claims[kind].map((one) => `    ${one}`)],
  );
}

/** What is new and what is gone, as lines of text; none when both are the same. */
export function changedClaims(before: Claims, after: Claims): readonly string[] {
  return kinds().flatMap((kind) => {
    const added = after[kind].filter((one) => !before[kind].includes(one));
    const gone = before[kind].filter((one) => !after[kind].includes(one));
    if (added.length + gone.length === 0) return [];
    return [`  ${TITLES[kind]}:`, ...added.map((one) => `    + ${one}`), ...gone.map((one) => `    - ${one}`)];
  });
}

function kinds(): readonly (keyof Claims)[] {
  return Object.keys(TITLES) as (keyof Claims)[];
}
