import type { GrantedRules, RuleUpdate, SessionRef } from 'tenon/plugin-api';
import { type Behavior, parseRule, type Rule, type RuleOrigin } from './rule.ts';
import { folderOf } from './settings-rules.ts';

/** What was answered in a session and its subagents. */
export interface SessionRules {
  readonly allow: Rule[];
  readonly ask: Rule[];
  readonly deny: Rule[];
  readonly directories: string[];
  /** Files that were made for the model to read; without symbolic links. */
  readonly lent: Set<string>;
}

/** The rules that a session and its subagents share. */
export function sessionRules(session: SessionRef): SessionRules {
  let main = session;
  while (main.parent !== undefined) main = main.parent;
  return main.state('permissions.rules', () => ({
    allow: [],
    ask: [],
    deny: [],
    directories: [],
    lent: new Set<string>(),
  }));
}

/** A rule as it is written in settings. */
function ruleString(rule: { readonly toolName: string; readonly ruleContent?: string }): string {
  if (rule.ruleContent === undefined || rule.ruleContent === '') return rule.toolName;
  const content = balanced(rule.ruleContent) ? rule.ruleContent : rule.ruleContent.replace(/[()\\]/g, '\\$&');
  return `${rule.toolName}(${content})`;
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '\\') return false;
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

/** Adds an update to the memory of a session. */
export function remember(session: SessionRef, update: RuleUpdate, home: string): void {
  const rules = sessionRules(session);
  if (update.type === 'setMode') return;
  if ('directories' in update) {
    for (const one of update.directories) {
      const folder = folderOf(one, session.root, home);
      const at = rules.directories.indexOf(folder);
      if (update.type === 'removeDirectories') {
        if (at >= 0) rules.directories.splice(at, 1);
      } else if (at < 0) rules.directories.push(folder);
    }
    return;
  }
  const list = rules[update.behavior];
  const texts = update.rules.map(ruleString);
  if (update.type === 'replaceRules') list.length = 0;
  if (update.type === 'removeRules') {
    for (const text of texts) {
      for (let at = list.length - 1; at >= 0; at--) if (list[at]!.text === text) list.splice(at, 1);
    }
    return;
  }
  for (const text of texts) {
    if (!list.some((rule) => rule.text === text)) list.push(parseRule(text, update.behavior, originOf(session, home)));
  }
}

/** The rules that hold for a while in a session and those it belongs to, with those that give them. */
export function grantedRules(session: SessionRef): readonly Rule[] {
  const own = [...session.state('permissions.granted', () => new Set<Rule>())];
  return session.parent === undefined ? own : [...own, ...grantedRules(session.parent)];
}

/** Gives rules to a session for a while; the function it gives takes them back. */
export function grantRules(session: SessionRef, rules: GrantedRules, home: string): () => void {
  const granted = session.state('permissions.granted', () => new Set<Rule>());
  const origin = originOf(session, home, rules.by);
  const given = (['allow', 'deny'] as const).flatMap((behavior) =>
    (rules[behavior] ?? []).map((text) => parseRule(text, behavior, origin)),
  );
  for (const rule of given) granted.add(rule);
  return () => {
    for (const rule of given) granted.delete(rule);
  };
}

function originOf(session: SessionRef, home: string, label = 'this session'): RuleOrigin {
  return { label, anchors: { source: session.root, cwd: session.root, home } };
}

/** A rule of the other form of a list in settings: strings stay, everything is kept but what is removed. */
export function changedList(
  old: unknown,
  update: Extract<RuleUpdate, { readonly behavior: Behavior }>,
): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(old) ? old : old === undefined ? [] : [old];
  const texts = update.rules.map(ruleString);
  if (update.type === 'replaceRules') return texts;
  if (update.type === 'removeRules') return list.filter((one) => typeof one !== 'string' || !texts.includes(one));
  return [...list, ...texts.filter((text) => !list.includes(text))];
}
