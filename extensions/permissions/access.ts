import type { JsonObject, ToolCall } from 'tenon/plugin-api';

/** What a call touches, from its tool's own account and from the well-known fields of its input. */
export interface CallAccess {
  readonly paths: readonly { readonly path: string; readonly access: 'read' | 'write' }[];
  readonly commands: readonly string[];
  readonly urls: readonly string[];
  /** Fields that should be texts and are not. */
  readonly odd: readonly string[];
}

const WRITERS = new Map([
  ['Edit', 'file_path'],
  ['Write', 'file_path'],
  ['NotebookEdit', 'notebook_path'],
]);
const READERS = new Map([
  ['Read', 'file_path'],
  ['Grep', 'path'],
  ['Glob', 'path'],
  ['LS', 'path'],
]);
/** Tools that open the field `command` with bash. */
const COMMANDS = new Set(['Bash', 'Monitor']);

export function accessOf(call: ToolCall, tool: string, cwd: string): CallAccess {
  const { input } = call;
  const paths = new Map<string, { path: string; access: 'read' | 'write' }>();
  const odd: string[] = [];
  const add = (path: string, access: 'read' | 'write') => paths.set(`${access} ${path}`, { path, access });
  for (const one of call.access.paths ?? []) add(one.path, one.access);
  const field = (name: string): string | undefined => {
    const value = own(input, name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    odd.push(name);
    return undefined;
  };
  const written = WRITERS.get(tool);
  if (written !== undefined) {
    const path = field(written) ?? field('file_path');
    if (path !== undefined) add(path, 'write');
  }
  const read = READERS.get(tool);
  if (read !== undefined) {
    const path = field(read);
    if (path !== undefined && path !== '') add(path, 'read');
    else if (tool !== 'Read') add(cwd, 'read');
    // a pattern can lead out of the folder as well as a path
    const pattern = tool === 'Glob' ? field('pattern') : tool === 'Grep' ? field('glob') : undefined;
    for (const one of pattern === undefined ? [] : patternPaths(pattern)) {
      add(one.startsWith('/') || one.startsWith('~') ? one : `${path ?? cwd}/${one}`, 'read');
    }
  }
  const commands = new Set<string>();
  if (call.access.command !== undefined) commands.add(call.access.command);
  if (COMMANDS.has(tool)) {
    const command = field('command');
    if (command !== undefined) commands.add(command);
  }
  const urls = new Set<string>();
  if (call.access.url !== undefined) urls.add(call.access.url);
  if (tool === 'WebFetch') {
    const url = field('url');
    if (url !== undefined) urls.add(url);
  }
  return { paths: [...paths.values()], commands: [...commands], urls: [...urls], odd };
}

/** The folders and files that a glob names before its first pattern character, for each choice of its braces. */
function patternPaths(pattern: string): readonly string[] {
  if (!/(?:^|[{,])[/~]|\.\./.test(pattern) && /[*?[{]/.test(pattern)) return [];
  const choices = pattern.split(/[{},]/);
  const starts = pattern.includes('{') ? choices.flatMap((choice) => [choice, (choices[0] ?? '') + choice]) : [pattern];
  return starts
    .map((start) => {
      const literal = /^[^*?[{]*/.exec(start)![0];
      return literal === start ? literal : literal.slice(0, literal.lastIndexOf('/') + 1);
    })
    .concat(pattern.includes('..') ? [`${'../'.repeat(pattern.split('..').length - 1)}`] : [])
    .filter((path) => path !== '' && path !== '/.');
}

function own(input: JsonObject, name: string): unknown {
  return Object.hasOwn(input, name) ? input[name] : undefined;
}
