import type { JsonObject } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { isObject } from './fields.ts';

/** What is wrong with a field of plugin.json. */
export interface FieldProblem {
  /** Dotted: `mcpServers.github`. */
  readonly field: string;
  /**
   * `type`: the manifest is not one, and nothing of the plugin takes part. `path`: that part does not. `loose`: it is not
   * allowed, and can be understood all the same. `warning`: it is allowed, and probably not what was meant.
   */
  readonly kind: 'type' | 'path' | 'loose' | 'warning';
  readonly message: string;
}

type Check = (field: string, value: unknown) => readonly FieldProblem[];

const OPTION_TYPES = ['string', 'number', 'boolean', 'directory', 'file'];

const wrong = (field: string, expected: string, value: unknown): readonly FieldProblem[] => [
  { field, kind: 'type', message: `must be ${expected}, got ${shown(value)}` },
];

const isText: Check = (field, value) => (typeof value === 'string' ? [] : wrong(field, 'a text', value));
const isBoolean: Check = (field, value) => (typeof value === 'boolean' ? [] : wrong(field, 'true or false', value));
const isTexts: Check = (field, value) =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? [] : wrong(field, 'a list of texts', value);
const anything: Check = () => [];

/** A text or a list of them, each a path of the plugin. */
function paths(also: (value: unknown) => boolean = () => false, ending?: string, lenient = false): Check {
  return (field, value) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.flatMap((one, index) => {
      const at = Array.isArray(value) ? `${field}.${index}` : field;
      if (typeof one === 'string') return pathProblems(at, one, ending, lenient);
      return also(one) ? [] : wrong(at, 'a path that begins with ./', one);
    });
  };
}

function pathProblems(field: string, path: string, ending: string | undefined, lenient: boolean) {
  const problems: FieldProblem[] = [];
  const say = (kind: FieldProblem['kind'], message: string) => problems.push({ field, kind, message });
  if (/^https?:\/\//.test(path)) return problems;
  if (path.split(/[\\/]/).includes('..')) say('path', `${shown(path)} must not lead out of the plugin with ".."`);
  else if (path !== '.' && !path.startsWith('./')) {
    say('path', `${shown(path)} must begin with ./ and be a path inside the plugin`);
  } else if (ending !== undefined && !ending.split('|').some((one) => path.endsWith(one))) {
    const text = `${shown(path)} must be a file that ends in ${ending.replaceAll('|', ' or ')}`;
    say(lenient ? 'loose' : 'path', text);
  }
  return problems;
}

const author: Check = (field, value) => {
  if (!isObject(value)) return wrong(field, 'an object such as { "name": "…" }', value);
  return ['name', 'email', 'url'].flatMap((key) => {
    if (value[key] === undefined) return key === 'name' ? wrong(`${field}.name`, 'a text', undefined) : [];
    return isText(`${field}.${key}`, value[key]);
  });
};

const commands: Check = (field, value) => {
  if (!isObject(value)) return paths()(field, value);
  return Object.entries(value).flatMap(([name, entry]) => {
    const at = `${field}.${name}`;
    if (!isObject(entry)) return wrong(at, 'an object with "source" or "content"', entry);
    const { source, content } = entry;
    if (typeof source === 'string') return pathProblems(`${at}.source`, source, undefined, false);
    return typeof content === 'string' ? [] : wrong(at, 'an object with "source" or "content"', entry);
  });
};

const userConfig: Check = (field, value) => {
  if (!isObject(value)) return wrong(field, 'an object of options', value);
  return Object.entries(value).flatMap(([name, option]) => {
    const at = `${field}.${name}`;
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      return [{ field: at, kind: 'type' as const, message: 'its name must be letters, digits and _' }];
    }
    if (!isObject(option)) return wrong(at, 'an object with "type"', option);
    const { type } = option;
    if (!OPTION_TYPES.includes(String(type))) return wrong(`${at}.type`, `one of ${OPTION_TYPES.join(', ')}`, type);
    return [
      ...['title', 'description'].flatMap((key) =>
        option[key] === undefined ? [] : isText(`${at}.${key}`, option[key]),
      ),
      ...['sensitive', 'required', 'multiple'].flatMap((key) =>
        option[key] === undefined ? [] : isBoolean(`${at}.${key}`, option[key]),
      ),
      ...['min', 'max'].flatMap((key) =>
        option[key] === undefined || typeof option[key] === 'number'
          ? []
          : wrong(`${at}.${key}`, 'a number', option[key]),
      ),
    ];
  });
};

const channels: Check = (field, value) => {
  if (!Array.isArray(value)) return wrong(field, 'a list of objects with "server"', value);
  return value.flatMap((one: unknown, index) =>
    isObject(one) && typeof one.server === 'string' ? [] : wrong(`${field}.${index}`, 'an object with "server"', one),
  );
};

const dependencies: Check = (field, value) => {
  if (!Array.isArray(value)) return wrong(field, 'a list of plugins', value);
  return value.flatMap((one: unknown, index) => {
    if (typeof one === 'string' && one !== '') return [];
    const at = `${field}.${index}`;
    if (!isObject(one) || typeof one.name !== 'string') return wrong(at, 'a name, or an object with "name"', one);
    return ['version', 'marketplace'].flatMap((key) =>
      one[key] === undefined ? [] : isText(`${at}.${key}`, one[key]),
    );
  });
};

const engines: Check = (field, value) => {
  if (!isObject(value)) return wrong(field, 'an object such as { "claude-code": ">=2" }', value);
  return Object.entries(value).flatMap(([name, range]) => isText(`${field}.${name}`, range));
};

const FIELDS: Readonly<Record<string, Check>> = {
  $schema: isText,
  name: isText,
  displayName: isText,
  version: isText,
  description: isText,
  author,
  homepage: isText,
  repository: isText,
  license: isText,
  keywords: isTexts,
  metadata: anything,
  experimental: anything,
  defaultEnabled: isBoolean,
  skills: paths(),
  commands,
  agents: paths(undefined, '.md', true),
  workflows: paths(),
  outputStyles: paths(),
  themes: paths(isObject),
  monitors: paths(isObject),
  hooks: paths(isObject, '.json'),
  mcpServers: paths(isObject, '.json|.mcpb|.dxt'),
  lspServers: paths(isObject, '.json'),
  userConfig,
  channels,
  dependencies,
  engines,
};

/** What is wrong with a plugin.json. */
export function manifestProblems(manifest: JsonObject): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { name } = manifest;
  if (typeof name === 'string') problems.push(...nameProblems(name));
  else problems.push(...wrong('name', 'a text', name));
  for (const [field, value] of Object.entries(manifest)) {
    if (field === 'name') continue;
    const check = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
    if (check === undefined) {
      const near = nearest(field, Object.keys(FIELDS));
      const hint = near === undefined ? '' : `; did you mean ${near}?`;
      problems.push({ field, kind: 'warning', message: `is not a known field; it is ignored${hint}` });
    } else problems.push(...check(field, value));
  }
  for (const field of ['metadata', 'experimental']) {
    if (manifest[field] !== undefined && !isObject(manifest[field])) {
      problems.push({
        field,
        kind: 'warning',
        message: `must be an object, got ${shown(manifest[field])}; it is ignored`,
      });
    }
  }
  return problems;
}

/** What is wrong with the name of a plugin. */
export function nameProblems(name: string): readonly FieldProblem[] {
  const field = 'name';
  if (name === '') return [{ field, kind: 'type', message: 'must not be empty' }];
  if (/\s/.test(name)) return [{ field, kind: 'type', message: `${shown(name)} must not hold blanks; use "-"` }];
  if (/[:*@/\\\u0000-\u001f\u007f-\u009f]/.test(name) || name.startsWith('.')) {
    return [{ field, kind: 'type', message: `${shown(name)} must be letters, digits and "-"` }];
  }
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return [];
  return [{ field, kind: 'warning', message: `${shown(name)} should be lower-case words with "-" between them` }];
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
