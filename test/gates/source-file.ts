import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'rolldown/utils';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A syntax node, as far as the gates look at it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** One module, parsed. */
export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with every comment blanked out, so that positions stay. */
  readonly code: string;
  readonly body: readonly Node[];
  readonly imports: readonly Import[];
}

export interface Import {
  /** `undefined`: computed at run time. */
  readonly specifier: string | undefined;
  /** Only types: nothing is loaded. */
  readonly type: boolean;
  readonly dynamic: boolean;
}

/** Parses a module; `path` decides which rules apply to it. */
export function parseSource(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text);
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0]?.message}`);
  let code = text;
  for (const { start, end } of parsed.comments) {
    code = code.slice(0, start) + code.slice(start, end).replace(/[^\n]/g, ' ') + code.slice(end);
  }
  const body = parsed.program.body as unknown as readonly Node[];
  return { path, text, code, body, imports: importsOf(body) };
}

/** All TypeScript modules below some folders of the repository. */
export function sourceFiles(...folders: string[]): SourceFile[] {
  const files: SourceFile[] = [];
  for (const folder of folders) {
    for (const entry of listing(folder)) files.push(parseSource(entry, readFileSync(join(root, entry), 'utf8')));
  }
  return files;
}

function listing(folder: string): string[] {
  return (readdirSync(join(root, folder), { recursive: true }) as string[])
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.includes('node_modules/'))
    .sort();
}

/** Calls `visit` for every node below and including `node`. */
export function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const child of node) walk(child, visit);
  else if (typeof node === 'object' && node !== null && 'type' in node) {
    visit(node as Node);
    for (const child of Object.values(node)) if (typeof child === 'object') walk(child, visit);
  }
}

function importsOf(body: readonly Node[]): Import[] {
  const found: Import[] = [];
  walk(body, (node) => {
    const specifier = literal(node.source);
    if (node.type === 'ImportDeclaration') {
      found.push({ specifier, type: node.importKind === 'type', dynamic: false });
    } else if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') {
      if (specifier !== undefined) found.push({ specifier, type: node.exportKind === 'type', dynamic: false });
    } else if (node.type === 'ImportExpression') {
      found.push({ specifier, type: false, dynamic: true });
    } else if (node.type === 'TSImportType') {
      found.push({ specifier, type: true, dynamic: false });
    } else if (node.type === 'CallExpression' && (node.callee as Node).name === 'require') {
      found.push({ specifier: literal((node.arguments as Node[])[0]), type: false, dynamic: true });
    }
  });
  return found;
}

function literal(node: unknown): string | undefined {
  const value = (node as { value?: unknown } | null | undefined)?.value;
  return typeof value === 'string' ? value : undefined;
}
