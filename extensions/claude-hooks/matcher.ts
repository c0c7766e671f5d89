import { basename } from 'node:path';
import { toolName } from 'tenon/plugin-api/lib/tool-names';
import type { AnyMapping } from './event-mapping.ts';

const NAMES = /^[A-Za-z0-9_\- ,|]+$/;
const WORDS = /^[A-Za-z0-9_|]+$/;
/** Names of tools that regular expressions in old setups name. */
const FORMERLY: Readonly<Record<string, readonly string[]>> = {
  Agent: ['Task'],
  TaskStop: ['KillShell', 'KillBash'],
  TaskOutput: ['BashOutput'],
  Edit: ['MultiEdit'],
  Skill: ['SlashCommand'],
};

/**
 * True when a matcher fits. Absent, empty and `*` fit everything; a list of names (`Edit|Write`, `Edit, Write`) fits
 * exactly these; anything else is a regular expression that fits anywhere in the subject.
 */
export function fitsMatcher(matcher: string | undefined, subject: string, mapping: AnyMapping): boolean {
  if (mapping.subject === undefined || matcher === undefined || matcher === '' || matcher === '*') return true;
  const ofTool = mapping.call !== undefined;
  if (mapping.matcher === 'files') return matcher.split('|').includes(basename(subject));
  const simple = mapping.matcher === 'words' ? WORDS : NAMES;
  if (simple.test(matcher)) {
    const names = matcher.split(mapping.matcher === 'words' ? '|' : /[|,]/).map((name) => name.trim());
    return names.some((name) => name !== '' && (name === subject || (ofTool && today(name) === subject)));
  }
  const pattern = compiled(matcher);
  if (pattern === undefined) return false;
  return pattern.test(subject) || (ofTool && (FORMERLY[subject] ?? []).some((name) => pattern.test(name)));
}

/** What is wrong with a matcher; `undefined` when nothing is. */
export function matcherProblem(matcher: string | undefined, mapping: AnyMapping): string | undefined {
  if (matcher === undefined || mapping.subject === undefined || mapping.matcher === 'files') return undefined;
  if (matcher === '' || matcher === '*' || NAMES.test(matcher) || compiled(matcher) !== undefined) return undefined;
  return `the matcher ${JSON.stringify(matcher)} is no valid regular expression, so it fits nothing`;
}

/** Names are compared with their capitals: only those that begin like the name of a tool had another one. */
function today(name: string): string {
  return /^[A-Z]/.test(name) ? toolName(name) : name;
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined; // the inventory says so
  }
}
