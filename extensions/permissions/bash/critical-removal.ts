import { dirname } from 'node:path';
import { criticalPath } from '../critical-paths.ts';
import { findFiles, hasPattern } from '../file-tree.ts';
import type { Finding } from '../ground.ts';
import type { Argument } from './argument.ts';
import { below, type CommandCase } from './case.ts';
import { baseName, type Form } from './disguises.ts';
import { findStarts } from './find.ts';

/** Removing what must not be removed without a question in any mode. */
export function criticalRemoval(at: CommandCase, forms: readonly Form[]): Finding | undefined {
  for (const form of forms) {
    const operands = removedBy(form);
    if (operands === undefined) continue;
    const what = `the command removes ${operands.map((word) => word.raw).join(' ')}`;
    const ask = (reason: string): Finding => ({ verdict: 'ask', source: 'safety', reason: `${what}${reason}` });
    const whole =
      form.words.some((word) => /^-[A-Za-z]*[rR]|^--r/.test(word.text)) ||
      !/^rm$|^unlink$/.test(baseName(form.words[0]!.text));
    for (const operand of operands) {
      const unsure = `, and what ${operand.raw} is cannot be known`;
      if (operand.unknown && whole) return ask(unsure);
      if (!operand.known && at.flattened.assigned.has(variableName(operand))) return ask(unsure);
      for (const text of new Set([operand.text, operand.emptied])) {
        const why = criticalText(at, text, operand, form);
        if (why !== undefined) return ask(`: ${why}`);
      }
    }
  }
  return undefined;
}

/** The operands of a form that removes files, or `undefined` when it does not. */
function removedBy(form: Form): readonly Argument[] | undefined {
  const name = baseName(form.words[0]!.text);
  const rest = form.words.slice(1);
  if (name === 'rm' || name === 'rmdir' || name === 'unlink') {
    const operands: Argument[] = [];
    let ended = false;
    for (const word of rest) {
      if (!ended && word.text === '--') ended = true;
      else if (ended || !word.text.startsWith('-')) operands.push(word);
    }
    // names that come through xargs
    for (const text of form.hidden ? form.piped : []) operands.push(...text.split(/\s+/).filter(Boolean).map(literal));
    return operands;
  }
  if (name !== 'find') return undefined;
  const removes = rest.some(
    (word) => word.text === '-delete' || /^(?:.*\/)?(?:rm|rmdir|unlink|shred)$/.test(word.text),
  );
  if (!removes) return undefined;
  // a search below the working folder is narrowed by its tests; one from `/` or the home folder is a question
  return findStarts(form.words)
    .filter((start) => start !== '.' && start !== './')
    .map(literal);
}

function criticalText(at: CommandCase, text: string, operand: Argument, form: Form): string | undefined {
  if (text === '') return undefined;
  if (/^~[^/]/.test(operand.raw)) return 'it is the home folder of a user';
  if (!operand.known && text === operand.text && text.includes('$')) return undefined;
  const path = withoutEverything(text);
  const { folders } = form.command;
  if (folders === undefined && !path.startsWith('/')) {
    return /^(?:\.{0,2}\/?)+$/.test(path) ? 'the working folder is not known there' : undefined;
  }
  const { cwd, roots, home } = at.ground;
  const places = { home, folders: [cwd, ...roots, ...(folders ?? [])] };
  for (const folder of at.folders(form.command)) {
    const absolute = below(folder, path);
    const all = hasPattern(absolute)
      ? [...(findFiles(absolute) ?? [home]), ...(dirname(absolute) === '/' ? ['/'] : [])]
      : [absolute];
    for (const one of all) {
      const why = criticalPath(one, places);
      if (why !== undefined) return why;
    }
  }
  return undefined;
}

/** `folder` for `folder/*`, which is all of it. */
function withoutEverything(text: string): string {
  let path = text;
  for (;;) {
    const shorter = path.replace(/\/+$/, '');
    if (!/^\.?[\uE000\uE001*?]*[\uE000*][\uE000\uE001*?]*$/.test(baseName(shorter))) return path;
    if (!shorter.includes('/')) return '.';
    path = shorter.slice(0, shorter.lastIndexOf('/')) || '/';
  }
}

function variableName(operand: Argument): string {
  return /\$\{?([A-Za-z_]\w*)/.exec(operand.raw)?.[1] ?? '';
}

function literal(text: string): Argument {
  return { text, emptied: text, raw: text, known: true, unknown: false, glob: false, splits: false };
}
