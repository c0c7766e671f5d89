import type { AgentDefinition } from 'tenon/plugin-api';
import { fitsPattern } from 'tenon/plugin-api/lib/name-pattern';
import { toolName } from 'tenon/plugin-api/lib/tool-names';

/** How deep agents may be nested: the agents of a session are at depth 1. */
export const DEEPEST = 3;

/** Tools that a subagent never has: they are for the user, or for the session itself. */
const NEVER = new Set(
  'AskUserQuestion EnterPlanMode ExitPlanMode ScheduleWakeup Workflow WaitForMcpServers TaskOutput'.split(' '),
);
/** All that an agent in the background has, besides the tools of MCP servers and those that its definition names. */
const BACKGROUND = new Set(
  (
    'Read Grep Glob Bash PowerShell Edit Write NotebookEdit WebFetch WebSearch TodoWrite Skill ToolSearch ' +
    'EnterWorktree ExitWorktree Monitor TaskStop SendMessage Artifact StructuredOutput'
  ).split(' '),
);

/** What decides about the tools of an agent. */
export interface ToolChoice {
  readonly definition: Pick<AgentDefinition, 'tools' | 'disallowedTools' | 'permissionMode'>;
  /** Fewer than the definition has. */
  readonly tools?: readonly string[] | undefined;
  readonly background: boolean;
  /** Of the agent itself. */
  readonly depth: number;
}

/** True when a subagent may have a tool, as far as its definition and its place decide. */
export function mayHave({ definition, tools, background, depth }: ToolChoice, name: string): boolean {
  if (name === 'Agent' && depth >= DEEPEST) return false;
  if (NEVER.has(name) && !(name === 'ExitPlanMode' && definition.permissionMode === 'plan' && !background))
    return false;
  if (!definesTool(definition, name) || (tools !== undefined && !names(tools, name))) return false;
  if (!background || BACKGROUND.has(name) || name.startsWith('mcp__')) return true;
  // the agents of an agent in the background would report to one that has gone
  return name !== 'Agent' && definition.tools !== undefined && !isAll(definition.tools);
}

/** True when a definition gives an agent a tool; one that says nothing gives all. */
export function definesTool(
  { tools, disallowedTools = [] }: Pick<AgentDefinition, 'tools' | 'disallowedTools'>,
  name: string,
): boolean {
  if (names(disallowedTools, name)) return false;
  return tools === undefined || isAll(tools) || names(tools, name);
}

/** The types in `Agent(a, b)`; `undefined` when all may be started. */
export function agentTypesIn(tools: readonly string[] | undefined): readonly string[] | undefined {
  const rules = (tools ?? []).filter((one) => toolName(baseOf(one)) === 'Agent');
  if (rules.length === 0 || rules.some((one) => !one.includes('('))) return undefined;
  return rules.flatMap((one) =>
    one
      .slice(one.indexOf('(') + 1, one.lastIndexOf(')'))
      .split(',')
      .map((type) => type.trim())
      .filter((type) => type !== ''),
  );
}

function isAll(tools: readonly string[]): boolean {
  return tools.some((one) => one.trim() === '*');
}

/** `Bash`, `Task`, `Bash(git *)`, `mcp__server`, `mcp__server__*`. */
function names(rules: readonly string[], name: string): boolean {
  return rules.some((rule) => {
    const base = baseOf(rule);
    if (base === name || toolName(base) === name || fitsPattern(base, name)) return true;
    return /^mcp__(?:(?!__).)+$/.test(base) && name.startsWith(`${base}__`);
  });
}

function baseOf(rule: string): string {
  const open = rule.indexOf('(');
  return (open < 0 ? rule : rule.slice(0, open)).trim();
}
