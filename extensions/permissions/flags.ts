import type { Invocation } from 'tenon/plugin-api';

/** What the command line says about permissions. */
export interface PermissionFlags {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly directories: readonly string[];
  readonly mode?: string;
  /** Start in bypassPermissions. */
  readonly skip: boolean;
  /** The session may change to bypassPermissions. */
  readonly mayBypass: boolean;
  /** Deny what would be asked. */
  readonly unasked: boolean;
}

export const NO_FLAGS: PermissionFlags = {
  allow: [],
  deny: [],
  directories: [],
  skip: false,
  mayBypass: false,
  unasked: false,
};

export function readFlags(flags: Invocation['flags']): PermissionFlags {
  const mode = flags['permission-mode'];
  const skip = flags['dangerously-skip-permissions'] === true;
  return {
    allow: listOf(flags.allowedTools ?? flags['allowed-tools']).flatMap(splitRules),
    deny: listOf(flags.disallowedTools ?? flags['disallowed-tools']).flatMap(splitRules),
    directories: listOf(flags['add-dir']),
    ...(typeof mode === 'string' ? { mode } : {}),
    skip,
    mayBypass: skip || mode === 'bypassPermissions' || flags['allow-dangerously-skip-permissions'] === true,
    unasked: flags['permission-prompts'] === 'none',
  };
}

function listOf(value: Invocation['flags'][string]): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** Splits `Bash(git log *), Read Edit(src/**)` at commas and blanks that are not in parentheses. */
export function splitRules(text: string): readonly string[] {
  const rules: string[] = [];
  let depth = 0;
  let current = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\' && depth > 0 && at + 1 < text.length) {
      current += character + text[++at]!;
      continue;
    }
    if (character === '(') depth++;
    if (character === ')' && depth > 0) depth--;
    if (depth === 0 && /[,\s]/.test(character)) {
      if (current !== '') rules.push(current);
      current = '';
    } else current += character;
  }
  if (current.trim() !== '') rules.push(current.trim());
  return rules;
}
