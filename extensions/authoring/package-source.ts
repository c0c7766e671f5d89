import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What a `package.json` says to get the package of this program: its version where it came from a registry, else the
 * folder that it runs from, so that an extension is tested with the program that made it.
 */
export function packageSource(version: string): string {
  const folder = packageFolder();
  if (folder === undefined || cameFromRegistry(folder)) return `^${version}`;
  return `file:${folder}`;
}

function packageFolder(): string | undefined {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    if (nameIn(join(at, 'package.json')) === 'tenon') return at;
    if (dirname(at) === at) return undefined;
  }
}

/** npm notes in a folder of packages where each came from. */
function cameFromRegistry(folder: string): boolean {
  const lock = readJson(join(dirname(folder), '.package-lock.json')) as {
    packages?: Record<string, { resolved?: string }>;
  };
  return lock?.packages?.['node_modules/tenon']?.resolved?.startsWith('https://') === true;
}

function nameIn(file: string): unknown {
  return existsSync(file) ? (readJson(file) as { name?: unknown } | undefined)?.name : undefined;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // absent or no JSON: then nothing is known
  }
}
