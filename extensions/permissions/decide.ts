import { resolve } from 'node:path';
import type { ApprovedPath, PermissionDecision, RuleUpdate, ToolCall } from 'tenon/plugin-api';
import { isMcp, toolName } from 'tenon/plugin-api/lib/tool-names';
import { accessOf } from './access.ts';
import type { CommandTools } from './bash/command-tools.ts';
import { coversPorts, hostOf } from './domain-pattern.ts';
import { type Finding, type Ground, stricter } from './ground.ts';
import { FILE_TOOLS, judgePath } from './judge-path.ts';
import { absolutePath, refusedPath, walkPath } from './path-walk.ts';
import { coversTool, describeRule, fitsField, isSound, type Rule, ruleFinding } from './rule.ts';
import { commandSuggestions, EDIT_SUGGESTION, readSuggestion, ruleSuggestion } from './suggestions.ts';

/** Tools that change nothing outside of the session. */
const INTERNAL = new Set(
  'TodoWrite TaskCreate TaskUpdate TaskGet TaskList TaskStop TaskOutput EnterPlanMode ToolSearch StructuredOutput Agent ListAgents'.split(
    ' ',
  ),
);
/** Tools whose very purpose is a question to the user. */
const QUESTIONS = new Set(['AskUserQuestion', 'ExitPlanMode']);
/** Tools that send text away, whatever they say of themselves. */
const SENDS = new Set(['WebSearch', 'WebFetch']);

interface Judged extends Finding {
  readonly suggestions?: readonly RuleUpdate[];
}

/** Where the paths of a call lead. */
type Resolved = ApprovedPath[];

/** Loads what commands are judged with; called for commands only. */
export type LoadCommandTools = () => Promise<CommandTools>;

/**
 * Decides about one call: deny rules, ask rules, the call's own dangers, the mode, allow rules, what is harmless; and
 * asks about the rest. `hook` is what PreToolUse taps said.
 */
export async function decide(
  ground: Ground,
  call: ToolCall,
  hook: 'none' | 'allow',
  commandTools: LoadCommandTools,
): Promise<PermissionDecision> {
  const resolved: Resolved = [];
  const judged = await judge(ground, call, commandTools, resolved);
  const { verdict, source, reason, rule, suggestions = [], path } = judged;
  const leads = resolved.length === 0 ? {} : { resolved };
  const more = {
    ...leads,
    ...(rule === undefined ? {} : { rule }),
    ...(path === undefined || verdict === 'allow' ? {} : { blockedPath: path }),
  };
  if (verdict !== 'ask') return { verdict, reason, source, suggestions: [], ...more };
  const firm = source === 'rule' || source === 'safety';
  if (hook === 'allow' && !firm)
    return { ...leads, verdict: 'allow', reason: 'a hook allowed it', source: 'hook', suggestions: [] };
  if (ground.mode === 'dontAsk') {
    return {
      verdict: 'deny',
      reason: `${reason}; the mode dontAsk denies instead of asking`,
      source: 'mode',
      suggestions: [],
      ...more,
    };
  }
  if (ground.unasked !== undefined) {
    return { verdict: 'deny', reason: `${reason}; ${ground.unasked}`, source: 'mode', suggestions: [], ...more };
  }
  return { verdict, reason, source, suggestions, ...more };
}

async function judge(
  ground: Ground,
  call: ToolCall,
  commandTools: LoadCommandTools,
  resolved: Resolved,
): Promise<Judged> {
  const tool = toolName(call.tool);
  const { rules, mode } = ground;
  const access = accessOf(call, tool, ground.cwd);
  const url = access.urls.map(hostOf);
  const whole = wholeFinding(ground, call, tool, url);
  if (whole?.verdict === 'deny') return whole;

  const findings: Judged[] = [];
  for (const { path, access: kind } of access.paths) {
    const refused = refusedPath(path);
    if (refused !== undefined) {
      findings.push({ verdict: 'deny', source: 'safety', reason: refused });
      continue;
    }
    const absolute = absolutePath(path, ground.cwd, ground.home);
    const named = resolve(absolute);
    // our own tools take `..` as text; how somebody else's reads `link/..` is not known, so both count
    const finding = judgePath(ground, FILE_TOOLS.has(tool) ? named : absolute, kind, tool);
    resolved.push({
      path: named,
      resolved: named === absolute || FILE_TOOLS.has(tool) ? finding.resolved : walkPath(named).resolved,
    });
    const suggestions = pathSuggestions(finding.resolved, kind, finding.inside);
    findings.push(
      finding.verdict === 'ask' && finding.source !== 'rule' && finding.source !== 'safety'
        ? { ...finding, suggestions }
        : finding,
    );
  }
  if (tool === 'PowerShell') findings.push(powerShell(ground, call));
  else {
    for (const command of access.commands) {
      const tools = await commandTools();
      const { uncovered, ...finding } = await tools.judge(ground, command, {
        tool: tool === 'Monitor' ? 'Bash' : tool,
        input: call.input,
      });
      if (tool === 'Monitor') {
        // its own rules; those of Bash hold for it as well
        const own = await tools.judge(ground, command, { tool, input: call.input });
        if (own.verdict !== 'allow' && own.source === 'rule') findings.push(own);
      }
      findings.push({
        ...finding,
        suggestions: finding.source === 'other' ? commandSuggestions('Bash', uncovered) : [],
      });
    }
  }
  // what Monitor listens to is a host like one that pages come from
  for (const one of url) findings.push(urlFinding(ground, tool === 'Monitor' ? 'WebFetch' : tool, one));
  let worst = findings.reduce<Judged | undefined>((before, next) => {
    if (before === undefined) return next;
    const chosen = stricter(before, next);
    return chosen === before ? before : next;
  }, undefined);
  if (worst?.verdict === 'deny') return worst;
  if (whole !== undefined) return whole;
  if (worst?.verdict === 'ask' && (worst.source === 'rule' || worst.source === 'safety')) return worst;
  if (QUESTIONS.has(tool)) return { verdict: 'ask', source: 'safety', reason: `${tool} is a question to the user` };
  if (access.odd.length > 0)
    return { verdict: 'ask', source: 'safety', reason: `${tool}: ${access.odd.join(', ')} should be text` };
  if (mode === 'bypassPermissions')
    return { verdict: 'allow', source: 'mode', reason: 'the mode bypassPermissions allows it' };
  const named = findings.length > 0;
  const allow = rules.allow.find((rule) => isSound(rule) && coversTool(rule, tool) && allows(rule, call));
  // rules on the tool as a whole: paths, commands and hosts were tried with theirs above
  if (allow !== undefined && !named) {
    if (mode === 'plan' && !call.readOnly && tool !== 'Skill') return plan(tool);
    return { verdict: 'allow', source: 'rule', reason: `the rule ${describeRule(allow)} allows it`, rule: allow.text };
  }
  if (named) {
    worst = worst!;
    const known =
      access.commands.length > 0 ||
      access.urls.length > 0 ||
      tool === 'PowerShell' ||
      /^(?:Read|Edit|Write|NotebookEdit|Grep|Glob|LS|LSP)$/.test(tool);
    if (worst.verdict !== 'allow') {
      if (
        allow !== undefined &&
        allow.specifier === undefined &&
        !access.commands.length &&
        !access.urls.length &&
        mode !== 'plan'
      ) {
        return {
          verdict: 'allow',
          source: 'rule',
          reason: `the rule ${describeRule(allow)} allows it`,
          rule: allow.text,
        };
      }
      return worst;
    }
    // a tool of somebody else that names files may still do other things
    if (known && !isMcp(tool)) return worst;
    if (allow !== undefined && mode !== 'plan')
      return {
        verdict: 'allow',
        source: 'rule',
        reason: `the rule ${describeRule(allow)} allows it`,
        rule: allow.text,
      };
    if (call.readOnly && !isMcp(tool)) return worst;
    return { verdict: 'ask', source: 'other', reason: `no rule covers ${tool}`, suggestions: ruleSuggestion(tool) };
  }
  if (INTERNAL.has(tool)) return { verdict: 'allow', source: 'other', reason: `${tool} changes only the session` };
  if (call.readOnly && !isMcp(tool) && !SENDS.has(tool))
    return { verdict: 'allow', source: 'other', reason: `${tool} only reads` };
  if (mode === 'plan') return plan(tool);
  return {
    verdict: 'ask',
    source: 'other',
    reason: `no rule covers ${tool}`,
    suggestions: toolSuggestions(call, tool),
  };
}

function plan(tool: string): Judged {
  return { verdict: 'ask', source: 'mode', reason: `plan mode only reads, and ${tool} may change something` };
}

/** Deny and ask rules on the tool itself, on its fields, names and hosts. */
function wholeFinding(
  ground: Ground,
  call: ToolCall,
  tool: string,
  urls: readonly ReturnType<typeof hostOf>[],
): Judged | undefined {
  for (const verdict of ['deny', 'ask'] as const) {
    for (const rule of ground.rules[verdict]) {
      const borrowed = tool === 'Monitor' && (rule.tool === 'Bash' || (rule.tool === 'WebFetch' && urls.length > 0));
      if (!coversTool(rule, tool) && !borrowed && !sameFamily(rule, tool)) continue;
      if (!strictFits(rule, call, tool, urls)) continue;
      return ruleFinding(verdict, rule);
    }
  }
  return undefined;
}

/** A denial of all edits or all reads also holds for the other tools that edit or read. */
function sameFamily(rule: Rule, tool: string): boolean {
  if (rule.specifier !== undefined) return false;
  if (rule.tool === 'Edit') return tool === 'Write' || tool === 'NotebookEdit';
  return rule.tool === 'Read' && (tool === 'Grep' || tool === 'Glob' || tool === 'LS');
}

function strictFits(rule: Rule, call: ToolCall, tool: string, urls: readonly ReturnType<typeof hostOf>[]): boolean {
  const { specifier } = rule;
  if (specifier === undefined) return true;
  switch (specifier.kind) {
    case 'field':
      return fitsField(specifier.field, call.input);
    case 'name':
      return fitsName(specifier.name, call, tool) || fitsField(specifier.field, call.input);
    case 'domain':
      return urls.some(
        ({ host, ports = [] }) =>
          host !== undefined && specifier.pattern.test(host) && coversPorts(specifier.pattern, ports, false),
      );
    case 'path':
    case 'command':
      return fitsField(specifier.field, call.input);
    default:
      return false;
  }
}

function allows(rule: Rule, call: ToolCall): boolean {
  const { specifier } = rule;
  if (specifier === undefined) return true;
  return specifier.kind === 'name' && fitsName(specifier.name, call, toolName(call.tool));
}

/** `Agent(type)`, `Skill(name)`, `Skill(name *)`. */
function fitsName(name: string, call: ToolCall, tool: string): boolean {
  const field = tool === 'Agent' ? 'subagent_type' : 'skill';
  const value = Object.hasOwn(call.input, field) ? call.input[field] : undefined;
  const given = typeof value === 'string' ? value.replace(/^\//, '') : tool === 'Agent' ? 'general-purpose' : undefined;
  if (given === undefined) return false;
  if (name === given) return true;
  const args = typeof call.input.args === 'string' ? call.input.args : '';
  if (name.endsWith(':*') || name.endsWith(' *')) {
    const prefix = name.slice(0, -2);
    return given === prefix || `${given} ${args}`.startsWith(`${prefix} `);
  }
  return args !== '' && name === `${given} ${args}`;
}

function urlFinding(ground: Ground, tool: string, url: ReturnType<typeof hostOf>): Judged {
  if (url.refused !== undefined) return { verdict: 'ask', source: 'safety', reason: url.refused };
  const { host, ports } = url;
  const fitting = ground.rules.allow.filter(
    (one) =>
      isSound(one) &&
      coversTool(one, tool) &&
      (one.specifier === undefined ||
        (one.specifier.kind === 'domain' &&
          one.specifier.pattern.test(host) &&
          coversPorts(one.specifier.pattern, ports, true))),
  );
  // who asks may want to know whether a rule names this very host
  const naming = fitting.find((one) => one.specifier?.kind === 'domain' && one.specifier.pattern.host === host);
  const rule = naming ?? fitting[0];
  if (rule !== undefined)
    return { verdict: 'allow', source: 'rule', reason: `the rule ${describeRule(rule)} allows it`, rule: rule.text };
  return {
    verdict: 'ask',
    source: 'other',
    reason: `no rule allows fetching from ${host}`,
    suggestions: ruleSuggestion(tool, `domain:${host}`),
  };
}

/** PowerShell is not parsed: a rule allows only what is literally it. */
function powerShell(ground: Ground, call: ToolCall): Judged {
  const { command } = call.input;
  const text = typeof command === 'string' ? command : '';
  for (const verdict of ['deny', 'ask'] as const) {
    for (const rule of ground.rules[verdict]) {
      if (rule.tool !== 'PowerShell' || rule.specifier?.kind !== 'command') continue;
      const { pattern } = rule.specifier;
      const pieces = text.split(/[;&|\r\n(){}]+/).flatMap((piece) => {
        const words = piece.trim().replace(/[`'"]/g, '').split(/\s+/);
        return words.map((_word, at) => words.slice(at).join(' '));
      });
      if (!pieces.some((piece) => pattern.test(piece))) continue;
      return ruleFinding(verdict, rule);
    }
  }
  const simple = /^[\w\s./:=,-]+$/.test(text);
  const rule = ground.rules.allow.find(
    (one) =>
      isSound(one) &&
      one.tool === 'PowerShell' &&
      (one.specifier === undefined || (simple && one.specifier.kind === 'command' && one.specifier.pattern.test(text))),
  );
  if (rule !== undefined && ground.mode !== 'plan')
    return { verdict: 'allow', source: 'rule', reason: `the rule ${describeRule(rule)} allows it`, rule: rule.text };
  return { verdict: 'ask', source: 'other', reason: 'PowerShell commands are not judged' };
}

function pathSuggestions(path: string, access: 'read' | 'write', inside: boolean): readonly RuleUpdate[] {
  if (access === 'write') return inside ? EDIT_SUGGESTION : [];
  return readSuggestion(path, walkPath(path).stats?.isDirectory() === true);
}

function toolSuggestions(call: ToolCall, tool: string): readonly RuleUpdate[] {
  const { skill } = call.input;
  return tool === 'Skill' && typeof skill === 'string' ? ruleSuggestion(tool, skill) : ruleSuggestion(tool);
}
