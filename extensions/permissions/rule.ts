import { type CommandPattern, commandPattern } from 'tenon/plugin-api/lib/command-pattern';
import { fitsPattern } from 'tenon/plugin-api/lib/name-pattern';
import { isMcp, meantTool, toolName } from 'tenon/plugin-api/lib/tool-names';
import { type DomainPattern, domainPattern } from './domain-pattern.ts';
import type { Finding } from './ground.ts';
import { type PathPattern, type PatternAnchors, pathPattern } from './path-rule.ts';

export type Behavior = 'allow' | 'ask' | 'deny';

/** Where a rule was written. */
export interface RuleOrigin {
  /** For people: a file, a flag, `this session`. */
  readonly label: string;
  readonly anchors: PatternAnchors;
}

/** One permission rule: `Tool` or `Tool(specifier)`. */
export interface Rule {
  readonly behavior: Behavior;
  readonly text: string;
  readonly origin: RuleOrigin;
  /** A tool name, possibly with `*`. */
  readonly tool: string;
  /** What the specifier is read as; a rule without one covers every call of the tool. */
  readonly specifier?: Specifier;
  /** What is wrong with it. A wrong allow rule never allows, a wrong deny or ask rule covers the whole tool. */
  readonly problem?: string;
}

export type Specifier =
  | { readonly kind: 'command'; readonly pattern: CommandPattern; readonly field?: FieldMatch }
  | { readonly kind: 'path'; readonly pattern: PathPattern; readonly field?: FieldMatch }
  | { readonly kind: 'domain'; readonly pattern: DomainPattern }
  | { readonly kind: 'name'; readonly name: string; readonly field?: FieldMatch }
  | { readonly kind: 'field'; readonly field: FieldMatch }
  /** Accepted, and never fits: `Write(path)`. */
  | { readonly kind: 'never' };

/** `param:value`, tried on a scalar field of the input. */
export interface FieldMatch {
  readonly name: string;
  readonly value: string;
}

const TOOL = /^[A-Za-z_*][A-Za-z0-9_*:.@/-]*$/;
const FIELD = /^([A-Za-z_][A-Za-z0-9_-]*):(.*)$/s;
/** Fields that a rule on the tool itself already names. */
const PRIMARY = new Set(['command', 'file_path', 'notebook_path', 'path', 'pattern', 'url', 'domain', 'prompt']);
const PATH_TOOLS = new Set(['Read', 'Edit', 'NotebookEdit', 'Grep', 'Glob', 'LS', 'LSP', 'Cd']);

/** Reads a rule. It never throws: what is wrong stands in `problem`, and the strictest reading is taken. */
export function parseRule(value: unknown, behavior: Behavior, origin: RuleOrigin): Rule {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  if (typeof value !== 'string') return bad('a rule is a text such as "Bash(git log *)"', '');
  const trimmed = value.trim();
  const open = trimmed.indexOf('(');
  const named = (open < 0 ? trimmed : trimmed.slice(0, open)).trim();
  if (named === '') return bad('it has no tool name', '');
  if (!TOOL.test(named))
    return bad(`${JSON.stringify(named)} is not a tool name`, meantTool(named.replace(/\W+$/, '')) ?? '');
  const current = toolName(named);
  const meant = meantTool(named);
  const tool = meant ?? current;
  const renamed = meant !== undefined && meant !== current;
  if (behavior === 'allow' && tool.includes('*') && !/^mcp__(?!.*\*.*__)[^*]+__/.test(tool)) {
    return bad('a * in the tool name of an allow rule may only follow mcp__server__', tool);
  }
  if (open < 0) {
    if (trimmed.includes(')')) return bad('a ( is missing', tool);
    return finish();
  }
  if (!trimmed.endsWith(')')) return bad('the ) at the end is missing', tool);
  const content = trimmed.slice(open + 1, -1);
  if (unbalanced(content)) return bad('the parentheses do not match', tool);
  const specifierText = content.replace(/\\([()\\])/g, '$1').trim();
  if (specifierText === '') return bad('there is nothing between the parentheses', tool);
  try {
    const specifier = read(tool, specifierText, behavior, origin);
    return specifier === undefined ? finish() : finish(specifier);
  } catch (error) {
    return bad((error as Error).message, tool);
  }

  function finish(specifier?: Specifier): Rule {
    const rule: Rule = { behavior, text, origin, tool, ...(specifier === undefined ? {} : { specifier }) };
    if (!renamed) return rule;
    const problem = `the tool is written ${tool}`;
    return { ...rule, problem };
  }
  function bad(problem: string, forTool: string): Rule {
    return { behavior, text, origin, tool: forTool, problem };
  }
}

function unbalanced(content: string): boolean {
  let depth = 0;
  for (const character of content.replace(/\\[()\\]/g, '')) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) return true;
  }
  return depth !== 0;
}

function read(tool: string, text: string, behavior: Behavior, origin: RuleOrigin): Specifier | undefined {
  const strict = behavior !== 'allow';
  const field = strict ? fieldOf(text) : undefined;
  const also = field === undefined ? {} : { field };
  if (text === '*') return undefined;
  if (tool === 'Bash' || tool === 'PowerShell' || tool === 'Monitor') {
    if (
      field !== undefined &&
      /^(?:run_in_background|timeout|description|dangerouslyDisableSandbox)$/.test(field.name)
    ) {
      return { kind: 'field', field };
    }
    return { kind: 'command', pattern: commandPattern(text, tool === 'PowerShell') };
  }
  if (tool === 'Write') return { kind: 'never' };
  if (PATH_TOOLS.has(tool)) return { kind: 'path', pattern: pathPattern(text, origin.anchors, strict), ...also };
  if (tool === 'WebFetch') {
    if (text.startsWith('domain:')) return { kind: 'domain', pattern: domainPattern(text.slice('domain:'.length)) };
    if (field !== undefined && field.name !== 'http' && field.name !== 'https') return { kind: 'field', field };
    throw new Error('a WebFetch rule names a host: WebFetch(domain:example.com)');
  }
  if (tool === 'Agent' || tool === 'Skill') return { kind: 'name', name: text, ...also };
  if (field !== undefined) return { kind: 'field', field };
  if (behavior === 'allow' && fieldOf(text) !== undefined)
    throw new Error('a rule on a parameter can deny or ask, not allow');
  throw new Error(`${tool} rules have nothing in parentheses${strict ? ' but parameter:value' : ''}`);
}

function fieldOf(text: string): FieldMatch | undefined {
  const found = FIELD.exec(text);
  if (found === null || PRIMARY.has(found[1]!)) return undefined;
  return { name: found[1]!, value: found[2]! };
}

/** True when a rule's tool name covers a tool. */
export function coversTool(rule: Rule, tool: string): boolean {
  if (rule.tool === '') return false;
  if (rule.tool === tool) return true;
  if (rule.tool.includes('*')) return fitsPattern(rule.tool, tool);
  // `mcp__server` is every tool of the server
  return isMcp(rule.tool) && rule.tool.split('__').length === 2 && tool.startsWith(`${rule.tool}__`);
}

/** True when a rule covers every call of its tool. */
export function isWhole(rule: Rule): boolean {
  return rule.specifier === undefined;
}

/** True for a rule that can be used as it is written. */
export function isSound(rule: Rule): boolean {
  return rule.problem === undefined;
}

/** `param:value` on the input of a call; only own scalar fields count. */
export function fitsField(field: FieldMatch | undefined, input: Readonly<Record<string, unknown>>): boolean {
  if (field === undefined || !Object.hasOwn(input, field.name)) return false;
  const value = input[field.name];
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  return fitsPattern(field.value.trim(), String(value));
}

/** `Bash(git log *)` in a message, with where it stands. */
export function describeRule(rule: Rule): string {
  return `${rule.text} (${rule.origin.label})`;
}

/** What a deny or ask rule that fits means for a decision. */
export function ruleFinding(verdict: 'ask' | 'deny', rule: Rule): Finding {
  const reason =
    verdict === 'deny' ? `denied by the rule ${describeRule(rule)}` : `the rule ${describeRule(rule)} asks`;
  return { verdict, source: 'rule', reason, rule: rule.text };
}
