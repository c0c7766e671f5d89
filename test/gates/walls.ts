import { posix } from 'node:path';
import type { Import, Node, SourceFile } from './source-file.ts';
import { walk } from './source-file.ts';

/** Says what is wrong with a file, one sentence each; an empty list when nothing is. */
export type Rule = (file: SourceFile) => string[];

const isTest = (path: string) => /(^|\/)test\//.test(path) || path.endsWith('.test.ts');

/** `extensions/anthropic/index.ts` -> `extensions/anthropic`; `kernel/hook.ts` -> `kernel`. */
function areaOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'extensions' || first === 'examples' ? `${first}/${second}` : first;
}

/** The package of a bare specifier: `@a/b/c` -> `@a/b`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Who may import what. `packages`: the dependencies of package.json. */
export function importWalls(packages: readonly string[]): Rule {
  return (file) => {
    const area = areaOf(file.path);
    const kind = area.split('/')[0] ?? '';
    const check = { kernel: fromKernel, 'plugin-api': fromPluginApi, extensions: fromExtension, examples: fromExample }[
      kind
    ];
    if (!check) return [];
    return file.imports.flatMap((found) => {
      const target = found.specifier?.startsWith('.')
        ? posix.join(posix.dirname(file.path), found.specifier)
        : found.specifier;
      if (target === undefined) return leadsOut(file, area, found) ? [`${file.path} imports a computed specifier`] : [];
      const allowed = check({ file, area, target, found, packages });
      return allowed ? [] : [`${file.path} must not import '${found.specifier}'`];
    });
  };
}

/** Modules that load what users name, by absolute paths. */
const LOADERS = /^extensions\/(?:plugin-loader|config|authoring|distro-build)\//;

/**
 * True for a computed import that may lead out of its area: one whose start is not written out, or that has a `..` in it.
 * Only what loads the files of users may compute all of it.
 */
function leadsOut(file: SourceFile, area: string, { pieces = [] }: Import): boolean {
  if (area === 'kernel' || area === 'plugin-api') return true;
  if (isTest(file.path)) return false;
  const [first = ''] = pieces;
  if (pieces.some((piece) => piece.includes('..'))) return true;
  if (first.startsWith('./')) return false;
  return !LOADERS.test(file.path);
}

interface Question {
  readonly file: SourceFile;
  readonly area: string;
  /** A bare specifier, or a path relative to the repository. */
  readonly target: string;
  readonly found: Import;
  readonly packages: readonly string[];
}

const isPluginApi = (target: string) => target === 'tenon/plugin-api' || target.startsWith('tenon/plugin-api/lib/');
const inside = (target: string, area: string) => target.startsWith(`${area}/`);

function fromKernel({ file, target }: Question): boolean {
  if (target === 'tapable' || isPluginApi(target) || inside(target, 'kernel')) return true;
  if (target === 'plugin-api/index.ts' || inside(target, 'plugin-api/lib')) return true;
  // What Node says about signals and emitters; nothing of the world outside is behind it.
  if (target === 'node:events') return true;
  // The files that know there is a process and a disk around the program.
  return file.path.startsWith('kernel/process/') && target.startsWith('node:');
}

function fromPluginApi({ file, target }: Question): boolean {
  return inside(target, 'plugin-api') || (file.path.startsWith('plugin-api/lib/') && target.startsWith('node:'));
}

function fromExtension(question: Question): boolean {
  const { file, area, target, packages } = question;
  if (isPluginApi(target) || inside(target, area) || target.startsWith('node:')) return true;
  if (packages.includes(packageOf(target))) return true;
  if (!isTest(file.path)) return false;
  return (
    target === './' ||
    target === 'tenon/test-kit' ||
    target === 'tenon/kernel' ||
    target === 'vitest' ||
    /^(test|distros|docs|examples)\//.test(target)
  );
}

/** Examples live as a third party would: from the package only. */
function fromExample({ area, target }: Question): boolean {
  return !target.startsWith('.') && !/^(kernel|plugin-api|extensions|distros|test)\//.test(target)
    ? true
    : inside(target, area);
}

/** The kernel and the plugin API name no extension's folder. */
export const namesNoExtension: Rule = (file) => {
  if (!/^(kernel|plugin-api)\//.test(file.path)) return [];
  return file.code.includes('extensions/') ? [`${file.path} must not contain the text 'extensions/'`] : [];
};

/** What belongs to the process is reached in `kernel/process/` and handed on as a service. */
export const leavesProcessAlone: Rule = (file) => {
  const scope = /^(kernel|extensions|plugin-api)\//.test(file.path) && !isTest(file.path);
  if (!scope || file.path.startsWith('kernel/process/')) return [];
  const members = ['exit', 'env', 'cwd', 'stdin', 'stdout', 'stderr', 'argv', 'chdir', 'exitCode'];
  const found = new Set<string>();
  walk(file.body, (node) => {
    if (node.type !== 'MemberExpression') return;
    const { object, property } = node as unknown as { object: Node; property: Node };
    if (object.type !== 'Identifier') return;
    if (object.name === 'console') found.add('console');
    if (object.name === 'process' && members.includes(String(property.name ?? property.value))) {
      found.add(`process.${String(property.name ?? property.value)}`);
    }
  });
  return [...found].map((name) => `${file.path} must not use ${name}`);
};

/** Folder names come from the distribution. The protected paths of `permissions` are facts about other programs too. */
export const spellsNoUserFolder: Rule = (file) => {
  if (!/^(kernel|plugin-api|extensions)\//.test(file.path) || isTest(file.path)) return [];
  if (/^extensions\/config\//.test(file.path) || file.path === 'extensions/permissions/protected-paths.ts') return [];
  // `.claude-plugin` is a part of the format of plugins, and the same everywhere
  return /\.claude\b(?!-plugin)/.test(stringsOf(file)) ? [`${file.path} must not spell '.claude'`] : [];
};

function stringsOf(file: SourceFile): string {
  const found: string[] = [];
  walk(file.body, (node) => {
    if (node.type === 'Literal' || node.type === 'TemplateElement') found.push(file.text.slice(node.start, node.end));
  });
  return found.join('\n');
}

const maxSetupLines = 150;

/** `index.ts` of an extension: imports, types, and one `export default defineExtension(…)`. */
export const indexHoldsSetup: Rule = (file) => {
  if (!/^extensions\/[^/]+\/index\.ts$/.test(file.path)) return [];
  const problems: string[] = [];
  for (const node of file.body) {
    if (
      ['ImportDeclaration', 'TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSModuleDeclaration'].includes(
        node.type,
      )
    )
      continue;
    if (node.type === 'ExportDefaultDeclaration' && calls(node.declaration, 'defineExtension')) continue;
    problems.push(`${file.path} holds more than setup: ${file.text.slice(node.start, node.end).split('\n')[0]}`);
  }
  const lines = file.text.split('\n').length;
  if (lines > maxSetupLines) problems.push(`${file.path} has ${lines} lines; move work into nouns of its own`);
  return problems;
};

function calls(node: unknown, name: string): boolean {
  const { type, callee } = node as { type: string; callee?: { name?: string } };
  return type === 'CallExpression' && callee?.name === name;
}

/** Importing a module of ours has no effect and waits for nothing. */
export const waitsForNothingOnImport: Rule = (file) => {
  if (!/^(kernel|plugin-api|extensions)\//.test(file.path) || isTest(file.path)) return [];
  const found = file.body.some((node) => awaitsAtTop(node));
  return found ? [`${file.path} must not await at the top level`] : [];
};

function awaitsAtTop(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(awaitsAtTop);
  if (typeof node !== 'object' || node === null) return false;
  const { type } = node as { type?: string };
  if (type === 'AwaitExpression') return true;
  if (type?.includes('Function') || type === 'ClassBody') return false;
  return Object.values(node).some(awaitsAtTop);
}

/** A manifest is data: importing it loads nothing but what it is made of. */
export const manifestIsData: Rule = (file) => {
  if (!/^extensions\/[^/]+\/manifest\.ts$/.test(file.path)) return [];
  return file.imports
    .filter(({ type, specifier }) => !type && !specifier?.startsWith('./'))
    .map(({ specifier }) => `${file.path} must import '${specifier}' as a type only`);
};
