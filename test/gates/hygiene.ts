import type { Node, SourceFile } from './source-file.ts';
import { walk } from './source-file.ts';

export type Rule = (file: SourceFile) => string[];

const lineOf = (file: SourceFile, at: number) => file.text.slice(0, at).split('\n').length;

/** `any` switches the checker off. The seam to tapable, whose types cannot say what we do, is the one exception. */
export const noAny: Rule = (file) => {
  if (file.path === 'kernel/hook.ts') return [];
  const problems: string[] = [];
  walk(file.body, (node) => {
    if (node.type === 'TSAnyKeyword') problems.push(`${file.path}:${lineOf(file, node.start)} uses any`);
  });
  return problems;
};

/** An error that is dropped has a comment that says why: on its line, inside the braces, or on the line above. */
export const emptyCatchSaysWhy: Rule = (file) => {
  if (file.path.endsWith('.test.ts')) return [];
  const problems: string[] = [];
  walk(file.body, (node) => {
    if (!dropsError(node)) return;
    const end = file.text.indexOf('\n', node.end);
    const above = file.text.lastIndexOf('\n', file.text.lastIndexOf('\n', node.start) - 1) + 1;
    const line = file.text.slice(above, file.text.indexOf('\n', above));
    const start = /^\s*\/\//.test(line) ? above : node.start;
    const span = [start, end < 0 ? file.text.length : end] as const;
    const commented = file.text.slice(...span) !== file.code.slice(...span);
    if (!commented) problems.push(`${file.path}:${lineOf(file, node.start)} drops an error without saying why`);
  });
  return problems;
};

function dropsError(node: Node): boolean {
  if (node.type === 'CatchClause') return ((node.body as Node).body as Node[]).length === 0;
  if (node.type !== 'CallExpression') return false;
  const callee = node.callee as { property?: { name?: string } };
  const [handler] = node.arguments as Node[];
  if (callee.property?.name !== 'catch' || handler?.type !== 'ArrowFunctionExpression') return false;
  const body = handler.body as Node;
  if (body.type === 'BlockStatement') return (body.body as Node[]).length === 0;
  return body.type === 'Identifier' && body.name === 'undefined';
}

/** A skipped test says nothing, and `only` silences the others. */
export const noSkippedTest: Rule = (file) => {
  if (!file.path.endsWith('.test.ts')) return [];
  const problems: string[] = [];
  walk(file.body, (node) => {
    if (node.type !== 'MemberExpression') return;
    const { object, property } = node as unknown as { object: { name?: string }; property: { name?: string } };
    const runner = ['test', 'it', 'describe'].includes(object.name ?? '');
    if (runner && ['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails'].includes(property.name ?? '')) {
      problems.push(`${file.path}:${lineOf(file, node.start)} uses ${object.name}.${property.name}`);
    }
  });
  return problems;
};

/** A file is named after the noun it holds. */
export const namedAfterNoun: Rule = (file) => {
  const empty = /(^|\/)(utils?|helpers?|common|misc|shared|stuff)(\.ts|\/)/;
  return empty.test(file.path) ? [`${file.path} is not named after what it holds`] : [];
};
