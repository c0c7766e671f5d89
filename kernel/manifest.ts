import type { Manifest } from '../plugin-api/index.ts';
import { hookCatalog } from '../plugin-api/index.ts';
import { nearest } from '../plugin-api/lib/nearest.ts';

/** The major version of the plugin API that this kernel speaks. */
export const API = 1;

const LISTS = [
  'taps',
  'fires',
  'provides',
  'requires',
  'optional',
  'after',
  'activate',
  'dormantWithout',
  'replaces',
  'capabilities',
];
const KEYS = [...LISTS, 'id', 'version', 'api', 'description', 'contributes', 'required', 'config', 'hooks', 'main'];
const KINDS = ['observe', 'stream', 'transform', 'gate', 'decide', 'sequence'];
const WORDS: Record<string, readonly string[]> = {
  activate: ['startup', 'idle'],
  capabilities: ['network', 'process', 'fs-write', 'secrets'],
};

/** What is wrong with a manifest, in words for its author; nothing when it is sound. */
export function checkManifest(manifest: unknown): readonly string[] {
  if (!isRecord(manifest)) return ['the manifest must be an object'];
  const wrong: string[] = [];
  const { id, version, contributes, hooks } = manifest;
  if (typeof id !== 'string' || !/^[@a-zA-Z0-9][\w@/.:-]*$/.test(id) || id === 'kernel') {
    wrong.push(`id: must be a name such as "my-extension" or "@acme/deploy", got ${JSON.stringify(id)}`);
  }
  if (typeof version !== 'string' || version === '') wrong.push('version: must be a text such as "1.0.0"');
  for (const key of Object.keys(manifest)) {
    if (KEYS.includes(key)) continue;
    const near = nearest(key, KEYS);
    wrong.push(`${key}: is not a known field${near === undefined ? '' : `; did you mean ${near}?`}`);
  }
  for (const key of LISTS) {
    const list = manifest[key];
    if (list === undefined) continue;
    if (!Array.isArray(list) || list.some((word) => typeof word !== 'string')) {
      wrong.push(`${key}: must be a list of texts`);
      continue;
    }
    for (const word of list as string[]) wrong.push(...checkWord(key, word, manifest));
  }
  if (contributes !== undefined) wrong.push(...checkContributes(contributes));
  if (hooks !== undefined) {
    for (const [name, kind] of Object.entries(isRecord(hooks) ? hooks : { hooks })) {
      wrong.push(...checkHook(kind).map((problem) => `hooks.${name}${problem}`));
      if (Object.hasOwn(hookCatalog, name)) wrong.push(`hooks.${name}: is a hook of Tenon; choose another name`);
    }
  }
  if (manifest.required !== undefined && typeof manifest.required !== 'boolean') {
    wrong.push('required: must be true or false');
  }
  if (manifest.config !== undefined && !isRecord(manifest.config)) wrong.push('config: must be a JSON Schema object');
  return wrong;
}

function checkWord(key: string, word: string, manifest: Record<string, unknown>): string[] {
  if ((key === 'provides' || key === 'requires' || key === 'optional') && !/^.+@\d+$/.test(word)) {
    return [`${key}: ${JSON.stringify(word)} must be written noun@major, such as "permissions@1"`];
  }
  if (key === 'replaces' && !/^[^:]+:.+$/.test(word)) {
    return [`replaces: ${JSON.stringify(word)} must be written point:name, such as "tools:Read"`];
  }
  const words = WORDS[key];
  if (words !== undefined && !words.includes(word)) {
    return [`${key}: ${JSON.stringify(word)} must be one of ${words.join(', ')}`];
  }
  if (key === 'taps' || key === 'fires') {
    const own = isRecord(manifest.hooks) ? manifest.hooks : {};
    // a hook of another extension may be tapped; a name close to one of ours is a typing mistake
    if (Object.hasOwn(hookCatalog, word) || Object.hasOwn(own, word)) return [];
    const near = nearest(word, Object.keys(hookCatalog));
    if (near !== undefined) return [`${key}: there is no hook ${word}; did you mean ${near}?`];
  }
  return [];
}

/** Fields of a declared hook, with the kinds that have them and what they must be. */
const HOOK_FIELDS: Record<
  string,
  readonly [kinds: readonly string[], what: string, fits: (value: unknown) => boolean]
> = {
  kind: [KINDS, `one of ${KINDS.join(', ')}`, (value) => KINDS.includes(String(value))],
  timeout: [KINDS, 'a number of milliseconds from 0', (value) => typeof value === 'number' && value >= 0],
  subject: [KINDS, 'the name of a field', (value) => typeof value === 'string' && value !== ''],
  onError: [['gate'], 'deny or skip', (value) => value === 'deny' || value === 'skip'],
  ladder: [['gate'], 'a list of at least two different verdicts', (value) => isTexts(value) && new Set(value).size > 1],
  rewrites: [['gate'], 'a list of names of fields', isTexts],
  appends: [['transform'], 'a list of names of fields', isTexts],
};

function checkHook(declared: unknown): string[] {
  if (!isRecord(declared)) return KINDS.includes(String(declared)) ? [] : [`: must be one of ${KINDS.join(', ')}`];
  const kind = String(declared.kind);
  if (!KINDS.includes(kind)) return [`.kind: must be one of ${KINDS.join(', ')}`];
  return Object.entries(declared).flatMap(([key, value]) => {
    const field = Object.hasOwn(HOOK_FIELDS, key) ? HOOK_FIELDS[key] : undefined;
    if (field === undefined) {
      const near = nearest(key, Object.keys(HOOK_FIELDS));
      return [`.${key}: is not a known field${near === undefined ? '' : `; did you mean ${near}?`}`];
    }
    const [kinds, what, fits] = field;
    if (!kinds.includes(kind)) return [`.${key}: only for the kind ${kinds.join(', ')}, and this is ${kind}`];
    return fits(value) ? [] : [`.${key}: must be ${what}`];
  });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '');
}

function checkContributes(contributes: unknown): string[] {
  if (!isRecord(contributes)) return ['contributes: must map points to lists of names'];
  return Object.entries(contributes).flatMap(([point, names]) => {
    if (!Array.isArray(names)) return [`contributes.${point}: must be a list of names`];
    return names.flatMap((item: unknown, index) => {
      const name = isRecord(item) ? item.name : item;
      if (typeof name === 'string' && name !== '') return [];
      return [`contributes.${point}.${index}: must be a name, or an object with a name`];
    });
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The declared names of a manifest for a point, with their data. */
export function declaredOf(manifest: Manifest, point: string): readonly { readonly name: string }[] {
  const declared = manifest.contributes?.[point];
  if (declared === undefined) return NONE;
  return declared.map((item) => (typeof item === 'string' ? { name: item } : item));
}

const NONE: readonly { readonly name: string }[] = [];
