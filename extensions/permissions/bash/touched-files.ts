import { dirname } from 'node:path';
import { componentPattern, findFiles, hasPattern } from '../file-tree.ts';
import type { Finding } from '../ground.ts';
import { type Access, strictRule } from '../judge-path.ts';
import { walkPath } from '../path-walk.ts';
import { type Rule, ruleFinding } from '../rule.ts';
import type { Argument } from './argument.ts';
import { below, type CommandCase } from './case.ts';
import { baseName, type Form } from './disguises.ts';
import { writesOperands } from './file-changes.ts';
import { reading } from './read-only.ts';
import { literalWord } from './word.ts';

/** Commands whose words are not opened as files. */
const LOOKS_ONLY = /^(?:echo|printf|cd|pwd|which|basename|dirname|true|false|tr|seq|expr|test|\[)$/;

/** What deny or ask rules about files say of every file that words of the command may name. */
export function touchedFiles(at: CommandCase, verdict: 'ask' | 'deny', forms: readonly Form[]): Finding | undefined {
  const rules = at.ground.rules[verdict].filter(
    (rule) => /^(?:Read|Edit|Write)$/.test(rule.tool) && rule.specifier?.kind !== 'never',
  );
  if (rules.length === 0) return undefined;
  const check = (path: string, access: Access): Finding | undefined => {
    for (const one of hasPattern(path) ? patternFiles(path, rules) : [path]) {
      const rule = strictRule(rules, walkPath(one), access, 'Bash');
      if (rule !== undefined) return { ...ruleFinding(verdict, rule), path: one };
    }
    return undefined;
  };
  for (const command of at.flattened.commands) {
    for (const { access, target } of command.files) {
      for (const path of at.guessedPaths(target, command)) {
        const finding = path === '/dev/null' ? undefined : check(path, access);
        if (finding !== undefined) return finding;
      }
    }
  }
  for (const form of forms) {
    for (const { text, access } of namedFiles(form)) {
      for (const folder of at.folders(form.command)) {
        const finding = check(below(folder, text), access);
        if (finding !== undefined) return finding;
      }
    }
  }
  return undefined;
}

/** Every text of a form that may be a file, with how it may be used. */
function* namedFiles(form: Form): Iterable<{ readonly text: string; readonly access: Access }> {
  const name = baseName(form.words[0]!.text);
  if (LOOKS_ONLY.test(name)) return;
  const read = reading([literalWord(name), ...form.words.slice(1).map((word) => literalWord(word.text))]);
  const access: readonly Access[] =
    typeof read !== 'string' ? ['read'] : writesOperands(name) ? ['write', 'read'] : ['read', 'write'];
  const texts = form.words.slice(1).flatMap((word) => pathsIn(word));
  // names that come through xargs
  if (form.hidden) texts.push(...form.piped.flatMap((text) => text.split(/\s+/)).filter((text) => text !== ''));
  for (const text of texts) for (const one of access) yield { text, access: one };
}

/** The paths that a word may contain: itself, the value of a flag, `@file`, `revision:file`. */
function pathsIn(word: Argument): readonly string[] {
  const { text } = word;
  const found = new Set<string>();
  if (!text.startsWith('-')) found.add(text);
  for (const mark of ['=', '@', ':']) {
    const at = text.indexOf(mark);
    if (at >= 0) found.add(text.slice(at + 1));
  }
  const attached = /^-[A-Za-z](.+)$/s.exec(text)?.[1];
  if (attached !== undefined) found.add(attached);
  found.delete('');
  return [...found].filter((path) => path.length < 4_096 && !path.includes('\0') && !/\n/.test(path));
}

/** What a pattern may stand for: files that are there, and names that rules speak of. */
function patternFiles(path: string, rules: readonly Rule[]): readonly string[] {
  const found = [...(findFiles(path) ?? [])];
  const folder = dirname(path);
  if (hasPattern(folder)) return found;
  const last = componentPattern(baseName(path));
  for (const rule of rules) {
    if (rule.specifier?.kind !== 'path') continue;
    const { name } = rule.specifier.pattern;
    if (name !== undefined && last.test(name)) found.push(`${folder}/${name}`);
  }
  return found;
}
