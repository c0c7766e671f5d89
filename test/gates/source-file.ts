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
  /** Of a computed one: the texts that it is made of, in order. */
  readonly pieces?: readonly string[];
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
  const loaders = requireNames(body);
  walk(body, (node) => {
    const specifier = literal(node.source);
    if (node.type === 'ImportDeclaration') {
      found.push({ specifier, type: node.importKind === 'type', dynamic: false });
    } else if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') {
      if (specifier !== undefined) found.push({ specifier, type: node.exportKind === 'type', dynamic: false });
    } else if (node.type === 'ImportExpression') {
      found.push(loaded(node.source));
    } else if (node.type === 'TSImportType') {
      found.push({ specifier, type: true, dynamic: false });
    } else if (node.type === 'CallExpression' && isLoader(node.callee as Node, loaders)) {
      found.push(loaded((node.arguments as Node[])[0]));
    } else if ((node.type === 'NewExpression' || node.type === 'CallExpression') && placed(node)) {
      // a path from where the module is: new URL('../x', import.meta.url), join(import.meta.dirname, '..', 'x')
      const texts = (node.arguments as Node[]).flatMap((one) => textsIn(one));
      if (texts.length > 0) found.push({ specifier: relativeTo(texts), type: false, dynamic: true });
    }
  });
  return found;
}

/** What is loaded by an expression. */
function loaded(source: unknown): Import {
  const specifier = literal(source);
  if (specifier !== undefined) return { specifier, type: false, dynamic: true };
  return { specifier: undefined, pieces: textsIn(source), type: false, dynamic: true };
}

/** Names of variables that a call of `createRequire` made. */
function requireNames(body: readonly Node[]): ReadonlySet<string> {
  const names = new Set(['require']);
  walk(body, (node) => {
    if (node.type !== 'VariableDeclarator') return;
    const { id, init } = node as unknown as { id: Node; init: Node | null };
    if (init?.type === 'CallExpression' && (init.callee as Node).name === 'createRequire') names.add(String(id.name));
  });
  return names;
}

/** `require`, `require.resolve`, `createRequire(…)`'s result called at once, `import.meta.resolve`. */
function isLoader(callee: Node, loaders: ReadonlySet<string>): boolean {
  if (callee.type === 'Identifier') return loaders.has(String(callee.name));
  if (callee.type === 'CallExpression') return (callee.callee as Node).name === 'createRequire';
  if (callee.type !== 'MemberExpression' || (callee.property as Node).name !== 'resolve') return false;
  const object = callee.object as Node;
  return object.type === 'MetaProperty' || isLoader(object, loaders);
}

/** True for a call that is given where the module is. */
function placed(node: Node): boolean {
  return ((node.arguments ?? []) as Node[]).some(
    ({ type, object }) => type === 'MemberExpression' && (object as Node).type === 'MetaProperty',
  );
}

/** The texts in an expression, in order; what is computed is left out. */
function textsIn(node: unknown): string[] {
  const texts: string[] = [];
  walk(node, (one) => {
    const text = one.type === 'TemplateElement' ? (one.value as { cooked: string }).cooked : literal(one);
    if (text !== undefined && text !== '') texts.push(text);
  });
  return texts;
}

function relativeTo(texts: readonly string[]): string {
  const path = texts.join('/');
  return path.startsWith('.') || path.includes(':') ? path : `./${path}`;
}

/** A text that is written out, as a literal or as a template without expressions. */
function literal(node: unknown): string | undefined {
  const { type, expressions, quasis } = (node ?? {}) as Partial<Node>;
  if (type === 'TemplateLiteral' && (expressions as unknown[]).length === 0) {
    return (quasis as { value: { cooked: string } }[])[0]?.value.cooked;
  }
  const value = (node as { value?: unknown } | null | undefined)?.value;
  return typeof value === 'string' ? value : undefined;
}
