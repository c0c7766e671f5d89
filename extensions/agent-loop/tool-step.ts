import { isDeepStrictEqual } from 'node:util';
import {
  type ApprovedPath,
  type ContextItem,
  type JsonObject,
  type PermissionDecision,
  type PermissionMode,
  Permissions,
  type RuleUpdate,
  type Tool,
  type ToolCall,
  type ToolResult,
  type ToolUseBlock,
  withheld,
} from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { clock } from 'tenon/plugin-api/lib/clock';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import type { Query } from './query.ts';
import type { Answered } from './questions.ts';
import { nameless, said } from './reasons.ts';
import type { LoopSession } from './session.ts';
import { type CheckedInput, checkInput, checkReplacement, claimsOf } from './tool-input.ts';
import { capped, isResult, runTool } from './tool-run.ts';
import { messageOf } from './world.ts';

/** Milliseconds that taps have to look at a call that was interrupted. */
const LAST_LOOK = 2_000;

/** A call before anybody decided about it. */
export interface Prepared {
  readonly call: ToolUseBlock;
  readonly tool?: Tool;
  readonly input: JsonObject;
  /** May share its turn with its neighbours. */
  readonly readOnly: boolean;
  /** Why it cannot run. */
  readonly problem?: string;
}

/** A call that may run. */
export interface Permit {
  readonly call: ToolUseBlock;
  readonly tool: Tool;
  readonly input: JsonObject;
  readonly readOnly: boolean;
  readonly source: string;
  /** Where its paths led when it was allowed. */
  readonly approved?: readonly ApprovedPath[] | undefined;
  readonly context: readonly ContextItem[];
}

/** What came of a call. */
export interface CallOutcome {
  readonly call: ToolUseBlock;
  readonly input: JsonObject;
  readonly content: ToolResult['content'];
  readonly isError: boolean;
  /** The structured output. */
  readonly output?: unknown;
  readonly context: readonly ContextItem[];
  /** Absent when it never came to a decision. */
  readonly decision?: { readonly decision: 'allow' | 'deny'; readonly source: string };
  /** It was put off: it has no result, and is decided again before the next prompt. */
  readonly deferred?: boolean;
}

/** Finds the tool and checks the input. */
export async function prepareCall(query: Query, call: ToolUseBlock, invalid: string | undefined): Promise<Prepared> {
  const wrong = (problem: string): Prepared => ({ call, input: asObject(call.input), readOnly: true, problem });
  const tool = await query.offers.find(call.name);
  if (tool === undefined) {
    const { names } = query.offers;
    const near = nearest(call.name, names);
    const hint = near === undefined ? `There are: ${names.join(', ') || 'none'}.` : `Did you mean ${near}?`;
    return wrong(`There is no tool ${JSON.stringify(call.name)}. ${hint}`);
  }
  if (invalid !== undefined) return wrong(`${call.name} did not run: ${invalid}`);
  const checked = await checkInput(tool, call.input);
  if (checked.problem !== undefined) return wrong(`The input of ${call.name} is not valid: ${checked.problem}`);
  return { call, tool, input: checked.input, readOnly: claimsOf(tool, checked.input).readOnly };
}

/** What a model sends is anything; who looks on expects an object. */
function asObject(input: unknown): JsonObject {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as JsonObject) : {};
}

/**
 * Passes a call through the gates and the rules, and asks when they say so.
 * @param alone it is the only call of its answer
 * @param unasked nobody is asked: what is not allowed without a question is denied
 */
export async function decideCall(
  query: Query,
  prepared: Prepared,
  alone: boolean,
  unasked = false,
): Promise<Permit | CallOutcome> {
  const { call, tool } = prepared;
  if (tool === undefined || prepared.problem !== undefined) {
    return failed(prepared, prepared.problem ?? `There is no tool ${call.name}.`);
  }
  const { session } = query;
  const { hooks } = session.world.api;
  const gate = await query.until(
    hooks.PreToolUse.fire({
      session,
      id: call.id,
      tool: tool.name,
      input: prepared.input,
      verdict: 'none',
      reasons: [],
      context: [],
    }),
  );
  const { context } = gate;
  let { input } = prepared;
  if (gate.input !== input) {
    const checked = await checkReplacement(tool, gate.input);
    if (checked.problem !== undefined) {
      return {
        ...failed(
          prepared,
          `An extension changed the input of ${tool.name} to one that is not valid: ${checked.problem}`,
        ),
        context,
      };
    }
    input = checked.input;
  }
  const denied = (reason: string, source: string) => deny(query, { call, input, context }, tool.name, reason, source);
  const { verdict } = gate;
  if (verdict === 'deny') return denied(said(gate.reasons, 'deny') || nameless(gate.reasons), 'hook');
  const putOff = (why: string, source: string): CallOutcome => {
    const { options, parent } = session;
    if (parent === undefined && options.deferrable === true && alone)
      return { ...failed({ call, input }, why), deferred: true };
    const rule = alone
      ? 'that works in runs that nobody watches only'
      : 'that works for an answer with a single call only';
    return denied(`${why} It was to be put off, but ${rule}.`, source);
  };
  if (verdict === 'defer') return putOff(said(gate.reasons, 'defer') || `${tool.name} did not run.`, 'hook');

  const permissions = await session.world.api.use(Permissions);
  const decide = async (
    on: JsonObject,
  ): Promise<{ readonly toolCall: ToolCall; readonly decision: PermissionDecision }> => {
    const { readOnly, access, doubt } = claimsOf(tool, on);
    const toolCall: ToolCall = Object.freeze({ id: call.id, tool: tool.name, input: on, readOnly, access });
    const decision = await query.until(permissions.decide(session, toolCall, verdict === 'allow' ? 'allow' : 'none'));
    return { toolCall, decision: doubt === undefined ? decision : stricter(decision, doubt, 'other') };
  };

  let { toolCall, decision } = await decide(input);
  const asked = decision;
  if (verdict === 'ask') decision = alsoAsked(decision, said(gate.reasons, 'ask'));
  if (decision.verdict === 'ask' && session.permissionMode === 'dontAsk') {
    return denied(`${decision.reason} (the permission mode is dontAsk, so nobody is asked)`, decision.source);
  }
  const permit = (source: string): Permit => {
    const { input: on, readOnly } = toolCall;
    return { call, tool, input: on, readOnly, source, approved: decision.resolved, context };
  };
  if (decision.verdict === 'allow') return permit(decision.source);
  if (decision.verdict === 'defer') return putOff(decision.reason || `${tool.name} did not run.`, decision.source);
  if (decision.verdict === 'deny') return denied(refusal(decision), decision.source);
  if (unasked) return denied(`${tool.name} would need a permission: ${decision.reason}`, decision.source);

  const answered = await session.questions.ask(
    session,
    {
      toolUseId: call.id,
      tool: tool.name,
      input,
      reason: decision.reason,
      source: decision.source,
      suggestions: decision.suggestions,
      ...(decision.blockedPath !== undefined && { blockedPath: decision.blockedPath }),
      ...(decision.rule !== undefined && { matchedRule: decision.rule }),
    },
    query.signal,
  );
  if (answered === undefined) return denied(nobody(tool.name, decision), 'other');
  await applyRules(query, answered);
  const { answer, by } = answered;
  if (answer.verdict === 'deny') {
    const outcome = denied(
      answer.message || `The user does not want ${tool.name} to run with this input. Ask what to do instead.`,
      by,
    );
    if (answer.interrupt === true) query.interrupt();
    return outcome;
  }
  if (answer.input !== undefined && !isDeepStrictEqual(answer.input, input)) {
    const checked: CheckedInput = await checkReplacement(tool, answer.input);
    if (checked.problem !== undefined) {
      return {
        ...failed(
          prepared,
          `The answer changed the input of ${tool.name} to one that is not valid: ${checked.problem}`,
        ),
        context,
      };
    }
    input = checked.input;
    // what runs is not what was asked about: the rules see it too, and only they can still say no
    const again = await decide(input);
    if (again.decision.verdict === 'deny' || again.decision.verdict === 'defer') {
      return denied(refusal(again.decision), again.decision.source);
    }
    ({ toolCall, decision } = again);
  } else {
    // the question may have waited for long, and a link may lead elsewhere by now
    const { decision: now } = await decide(input);
    if (now.verdict === 'deny') return denied(refusal(now), now.source);
    if (now.verdict === 'ask' && asked.verdict === 'ask' && now.reason !== asked.reason) {
      const changed = `${tool.name} did not run: something has changed while the question was open. It was: ${asked.reason}. Now: ${now.reason}`;
      return denied(changed, now.source);
    }
  }
  return permit(by);
}

/** Runs a call that was allowed, and lets the taps see and change its result. */
export async function runCall(query: Query, allowed: Permit): Promise<CallOutcome> {
  const { call, tool, input } = allowed;
  const { session } = query;
  const { hooks, log } = session.world.api;
  const began = clock();
  const ran = await runTool(query, allowed);
  const seen = {
    session,
    id: call.id,
    tool: tool.name,
    input,
    context: [],
    durationMs: Math.round(clock() - began),
  };
  const outcome = { call, input, decision: { decision: 'allow', source: allowed.source } } as const;
  const failure = ran.error ?? (ran.result.isError === true ? textOfResult(ran.result.content) : undefined);
  if (failure === undefined && ran.error === undefined) {
    let { result } = ran;
    let { context } = allowed;
    try {
      const after = await seenByTaps(query, hooks.PostToolUse.fire({ ...seen, output: result }));
      context = [...context, ...after.context];
      if (after.output !== result && isResult(after.output))
        result = { ...after.output, content: capped(after.output.content) };
      else if (after.output !== result) log.warn('a PostToolUse tap gave an output without content; it is not used');
    } catch (error) {
      // it ran; what became of it is told even when the prompt was interrupted meanwhile
      if (!query.signal.aborted) log.error(`PostToolUse could not be fired: ${messageOf(error)}`);
      if (hooks.PostToolUse.withholds) result = { content: unseen, isError: true };
    }
    const { content, output } = result;
    return { ...outcome, content, isError: result.isError === true, context, ...(output !== undefined && { output }) };
  }
  let text = failure ?? '';
  let { context } = allowed;
  const interrupted = ran.error !== undefined && ran.interrupted;
  try {
    const fired = hooks.PostToolUseFailure.fire({ ...seen, error: text, interrupted });
    const after = await seenByTaps(query, fired);
    text = after.error;
    context = [...context, ...after.context];
  } catch (error) {
    if (!query.signal.aborted) log.error(`PostToolUseFailure could not be fired: ${messageOf(error)}`);
    if (hooks.PostToolUseFailure.withholds) text = unseen;
  }
  const own = ran.error === undefined ? ran.result : undefined;
  const same = own !== undefined && text === failure;
  // a tap that changed the text has not seen the structured output, which says the same
  const output = same && own.output !== undefined ? { output: own.output } : {};
  return { ...outcome, content: same ? own.content : capped(text), isError: true, context, ...output };
}

const unseen = withheld('who was to see it before had no time');

/** What the taps make of a result. An interrupt ends them, so that little time is needed to hear what they say. */
async function seenByTaps<T>(query: Query, fired: Promise<T>): Promise<T> {
  if (query.signal.aborted) return bounded(fired, LAST_LOOK);
  try {
    return await query.until(fired);
  } catch (error) {
    if (!query.signal.aborted) throw error;
    return bounded(fired, LAST_LOOK);
  }
}

/** The outcome of a call that did not run, or whose end nobody waited for. */
export function failed({ call, input }: Pick<Prepared, 'call' | 'input'>, content: string): CallOutcome {
  return { call, input, content, isError: true, context: [] };
}

function deny(
  query: Query,
  { call, input, context }: Pick<CallOutcome, 'call' | 'input' | 'context'>,
  tool: string,
  reason: string,
  source: string,
): CallOutcome {
  const { session, denials } = query;
  denials.push({ toolName: call.name, toolUseId: call.id, toolInput: input });
  session.emit({ type: 'permission_denied', toolName: call.name, toolUseId: call.id, reason });
  const { PermissionDenied } = session.world.api.hooks;
  if (!PermissionDenied.idle) {
    session.events.observe(PermissionDenied.fire({ session, id: call.id, tool, input, reason }));
  }
  return { call, input, content: reason, isError: true, context, decision: { decision: 'deny', source } };
}

/** Somebody wants it to be asked: an `allow` becomes a question, everything else stays. */
function stricter(decision: PermissionDecision, reason: string, source: string): PermissionDecision {
  return decision.verdict === 'allow' ? { ...decision, verdict: 'ask', reason, source } : decision;
}

/** A tap wants it to be asked: whoever is asked reads its reason, and that of the rules when they ask too. */
function alsoAsked(decision: PermissionDecision, reason: string): PermissionDecision {
  if (decision.verdict !== 'ask') return stricter(decision, reason || 'An extension wants it to be asked.', 'hook');
  if (reason === '' || reason === decision.reason) return decision;
  return { ...decision, reason: decision.reason === '' ? reason : `${decision.reason}\n${reason}` };
}

function refusal(decision: PermissionDecision): string {
  return decision.reason || 'This call is not allowed.';
}

async function applyRules(query: Query, { answer }: Answered): Promise<void> {
  const { rules } = answer;
  if (rules === undefined || rules.length === 0) return;
  const { session } = query;
  try {
    for (const update of rules) if (update.type === 'setMode') await setMode(session, update.mode);
    const permissions = await session.world.api.use(Permissions);
    await query.until(permissions.update(session, rules));
  } catch (error) {
    if (query.signal.aborted) throw error;
    session.inform('warning', `The answer counts for this call only; its rules could not be kept: ${messageOf(error)}`);
  }
}

/** A user who answers a subagent means the session that they see. */
async function setMode(session: LoopSession, mode: PermissionMode): Promise<void> {
  await session.top.setPermissionMode(mode);
  await session.setPermissionMode(mode);
}

function nobody(tool: string, decision: PermissionDecision): string {
  const flags = flagsFor(decision.suggestions);
  const hint = flags === '' ? '' : ` To allow such calls beforehand: ${flags}`;
  return `${tool} needs permission (${decision.reason}), and nobody could be asked.${hint}`;
}

function flagsFor(suggestions: readonly RuleUpdate[]): string {
  const flags = suggestions.flatMap((update): string[] => {
    if (update.type === 'setMode') return [`--permission-mode ${update.mode}`];
    if (update.type === 'addDirectories') return update.directories.map((path) => `--add-dir ${JSON.stringify(path)}`);
    if (update.type !== 'addRules' || update.behavior !== 'allow') return [];
    return update.rules.map(({ toolName, ruleContent }) => {
      const rule = ruleContent === undefined ? toolName : `${toolName}(${ruleContent})`;
      return `--allowedTools ${JSON.stringify(rule)}`;
    });
  });
  return flags.join(' or ');
}

function textOfResult(content: ToolResult['content']): string {
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}
