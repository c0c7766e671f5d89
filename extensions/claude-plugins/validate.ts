import { basename, dirname } from 'node:path';
import type { JsonObject, PluginProblem, PluginValidation } from 'tenon/plugin-api';
import { JsonTextError, parseJson } from 'tenon/plugin-api/lib/json-text';
import { isObject } from './fields.ts';
import { type FieldProblem, manifestProblems } from './manifest-checks.ts';
import { marketplaceProblems } from './marketplace-checks.ts';
import { reportOf } from './one-plugin.ts';
import { realOf } from './paths.ts';
import { isPlugin, MANIFEST } from './plugin-layout.ts';
import { Tree } from './tree.ts';

const MARKETPLACE = '.claude-plugin/marketplace.json';
/** Folders that a field of the manifest takes the place of. */
const REPLACED: Readonly<Record<string, string>> = {
  commands: 'commands',
  agents: 'agents',
  outputStyles: 'output-styles',
  workflows: 'workflows',
};

/**
 * Checks a plugin or a marketplace. It reads, and runs nothing.
 * @param path absolute: its folder, or its plugin.json or marketplace.json
 */
export async function validate(path: string, strict: boolean): Promise<PluginValidation> {
  const root = folderOf(path);
  const tree = new Tree(root, realOf(root) ?? root);
  const named = basename(path) === 'marketplace.json' && root !== path;
  const isMarketplace = named || (tree.kind(MARKETPLACE) === 'file' && tree.kind(MANIFEST) !== 'file');
  const problems = isMarketplace ? checkMarketplace(tree) : await checkPlugin(tree);
  const wrong = problems.some(({ severity }) => strict || severity === 'error');
  return { path: root, kind: isMarketplace ? 'marketplace' : 'plugin', valid: !wrong, problems };
}

function folderOf(path: string): string {
  if (!['plugin.json', 'marketplace.json'].includes(basename(path))) return path;
  const folder = dirname(path);
  return basename(folder) === dirname(MANIFEST) ? dirname(folder) : folder;
}

async function checkPlugin(tree: Tree): Promise<readonly PluginProblem[]> {
  if (tree.kind('') !== 'folder') return [problem('not-a-plugin', 'error', `${tree.root} is not a folder`)];
  if (!isPlugin(tree)) {
    const text = `there is no ${MANIFEST}, no ${MARKETPLACE}, and none of the usual folders of a plugin`;
    return [problem('not-a-plugin', 'error', text)];
  }
  const file =
    tree.kind(MANIFEST) === 'file' ? MANIFEST : tree.kind('plugin.json') === 'file' ? 'plugin.json' : undefined;
  const problems: PluginProblem[] = [];
  if (file === undefined) {
    problems.push(problem('manifest', 'warning', `there is no ${MANIFEST}; the plugin has the name of its folder`));
  } else {
    const { value, wrong } = jsonOf(tree, file);
    if (value === undefined) return [wrong];
    problems.push(...manifestProblems(value).map((one) => asProblem(one, file)), ...replaced(tree, value, file));
  }
  const seen = new Set(problems.filter(({ severity }) => severity === 'error').map(({ message }) => message));
  const { problems: others } = await reportOf(tree.root);
  // a manifest that cannot be read is said once
  const more = others.filter(({ message, type }) => type !== 'path' || !seen.has(message));
  const failed = problems.some(({ type, severity }) => type === 'manifest' && severity === 'error');
  problems.push(...more.filter(({ type, message }) => !(failed && type === 'manifest') && !seen.has(message)));
  return problems;
}

function checkMarketplace(tree: Tree): readonly PluginProblem[] {
  const file = tree.kind(MARKETPLACE) === 'file' ? MARKETPLACE : 'marketplace.json';
  const { value, wrong } = jsonOf(tree, file);
  if (value === undefined) return [wrong];
  return marketplaceProblems(value, (path) => tree.kind(path) === 'folder').map((one) => asProblem(one, file));
}

type Json =
  | { readonly value: JsonObject; readonly wrong?: undefined }
  | { readonly value?: undefined; readonly wrong: PluginProblem };

function jsonOf(tree: Tree, file: string): Json {
  const wrong = (message: string): Json => ({ wrong: problem('manifest', 'error', message, file) });
  const text = tree.text(file);
  if (text === undefined) return wrong(tree.problems.at(-1)?.message ?? 'cannot be read');
  try {
    const value = parseJson(text);
    return isObject(value) ? { value } : wrong('must hold an object in { }');
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return wrong(`line ${error.line}, column ${error.column}: ${error.message}`);
  }
}

/** A default folder beside the field that takes its place is not read, which its author may not mean. */
function replaced(tree: Tree, manifest: JsonObject, file: string): readonly PluginProblem[] {
  return Object.entries(REPLACED).flatMap(([field, folder]) => {
    const value = manifest[field];
    if (value === undefined || tree.kind(folder) !== 'folder') return [];
    const named = (Array.isArray(value) ? value : [value]).map(String);
    if (named.some((path) => path.replace(/\/$/, '') === `./${folder}`)) return [];
    const text = `${field}: takes the place of the folder ${folder}, which is not read; name it too, or remove it`;
    return [problem('path', 'warning', text, file)];
  });
}

function asProblem({ field, kind, message }: FieldProblem, file: string): PluginProblem {
  const type = kind === 'path' || kind === 'loose' ? 'path' : 'manifest';
  return problem(type, kind === 'warning' ? 'warning' : 'error', `${field}: ${message}`, file);
}

function problem(type: string, severity: PluginProblem['severity'], message: string, file?: string): PluginProblem {
  return { type, severity, message, ...(file !== undefined && { file }) };
}
