import { isAbsolute, resolve } from 'node:path';
import type {
  JsonObject,
  PermissionAnswer,
  PermissionRequest,
  PreToolUsePatch,
  RuleUpdate,
  SessionRef,
  ToolResult,
} from 'tenon/plugin-api';
import { textOf } from 'tenon/plugin-api';
import { type Answer, isObject, isText, joined, type Outcome, specifics } from '../answer.ts';
import { ALL_TYPES, type AnyMapping, row } from '../event-mapping.ts';
import { replacedOutput } from '../tool-output.ts';

type Verdict = NonNullable<PreToolUsePatch['verdict']>;

/** Events about calls of tools. */
export const toolEvents: readonly AnyMapping[] = [
  row<'PreToolUse'>({
    event: 'PreToolUse',
    hook: 'PreToolUse',
    subject: ({ tool }) => tool,
    types: ALL_TYPES,
    call: ({ tool, input }) => ({ tool, input }),
    mode: true,
    input: ({ session, tool, input, id }) => ({ ...callFields(session, tool, input), tool_use_id: id }),
    exit2: 'block',
    decision: 'block',
    refused: 'end',
    lateBlocks: ['callback'],
    stopsTurn: true,
    patch: (answer, { tool }) => preToolUse(answer, tool),
  }),
  row<'PermissionRequest'>({
    event: 'PermissionRequest',
    hook: 'PermissionRequest',
    subject: ({ tool }) => tool,
    types: ALL_TYPES,
    call: ({ tool, input }) => ({ tool, input }),
    mode: true,
    input: ({ session, tool, input, suggestions }) => ({
      ...callFields(session, tool, input),
      permission_suggestions: suggestions,
    }),
    exit2: 'none',
    stopsTurn: true,
    patch: permissionRequest,
  }),
  row<'PermissionDenied'>({
    event: 'PermissionDenied',
    hook: 'PermissionDenied',
    subject: ({ tool }) => tool,
    types: ALL_TYPES,
    call: ({ tool, input }) => ({ tool, input }),
    mode: true,
    input: ({ session, tool, input, id, reason }) => ({
      ...callFields(session, tool, input),
      tool_use_id: id,
      reason,
    }),
    exit2: 'none',
    later: (answer, { tool }) =>
      specifics(answer).some(({ retry }) => retry === true)
        ? [`A hook says that the call of ${tool} which was denied may be tried again.`]
        : [],
  }),
  row<'PostToolUse'>({
    event: 'PostToolUse',
    hook: 'PostToolUse',
    subject: ({ tool }) => tool,
    types: ALL_TYPES,
    call: ({ tool, input }) => ({ tool, input }),
    mode: true,
    input: ({ session, tool, input, id, output, durationMs }) => ({
      ...callFields(session, tool, input),
      tool_response: responseOf(output),
      tool_use_id: id,
      duration_ms: durationMs,
    }),
    exit2: 'model',
    decision: 'model',
    refused: 'end',
    stopsTurn: true,
    patch(answer, { tool, output }) {
      const given = specifics(answer);
      const replaced = replacedOutput(tool, output, given);
      return { context: answer.context, ...(replaced !== undefined && { output: replaced }) };
    },
  }),
  row<'PostToolUseFailure'>({
    event: 'PostToolUseFailure',
    hook: 'PostToolUseFailure',
    subject: ({ tool }) => tool,
    types: ALL_TYPES,
    call: ({ tool, input }) => ({ tool, input }),
    mode: true,
    input: ({ session, tool, input, id, error, interrupted, durationMs }) => ({
      ...callFields(session, tool, input),
      tool_use_id: id,
      error,
      is_interrupt: interrupted,
      duration_ms: durationMs,
    }),
    exit2: 'model',
    refused: 'model',
    stopsTurn: true,
    patch: (answer) => ({ context: answer.context }),
  }),
  row<'PostToolBatch'>({
    event: 'PostToolBatch',
    hook: 'PostToolBatch',
    types: ALL_TYPES,
    mode: true,
    input: ({ session, outcomes }) => ({
      tool_calls: outcomes.map(({ tool, input, id, content }) => ({
        tool_name: tool,
        tool_input: absolute(session, tool, input),
        tool_use_id: id,
        tool_response: textOf(content),
      })),
    }),
    exit2: 'block',
    decision: 'block',
    refused: 'block',
    patch(answer) {
      const why = answer.stopped ?? joined(answer.blocks);
      return {
        context: answer.context,
        ...(why !== undefined && { verdict: 'deny' as const, reason: why }),
      };
    },
  }),
];

/** Tools whose result comes from a person: an `allow` is none unless it brings the answer along. */
const ANSWERED = ['AskUserQuestion', 'ExitPlanMode'];
const LADDER: readonly Verdict[] = ['allow', 'ask', 'defer', 'deny'];

/** The strictest verdict counts, with the reasons of all who gave it. */
function preToolUse(answer: Answer, tool: string): PreToolUsePatch {
  const opinions = answer.outcomes.flatMap((outcome) => opinionOf(outcome));
  if (answer.stopped !== undefined) opinions.push({ verdict: 'deny', reason: answer.stopped });
  const changes = opinions.filter(({ input }) => input !== undefined);
  const change = changes.at(-1);
  let verdict: Verdict | undefined;
  for (const one of opinions) {
    if (one.verdict === undefined) continue;
    if (verdict === undefined || LADDER.indexOf(one.verdict) > LADDER.indexOf(verdict)) verdict = one.verdict;
  }
  if (verdict === 'allow') {
    // whoever allowed saw the input as it was
    if (change !== undefined && change.verdict !== 'allow') verdict = undefined;
    if (change === undefined && ANSWERED.includes(tool)) verdict = undefined;
  }
  const reason = joined(opinions.flatMap((one) => (one.verdict === verdict ? [one.reason] : [])));
  return {
    context: answer.context,
    ...(change?.input !== undefined && verdict !== 'deny' && { input: change.input }),
    ...(verdict !== undefined && { verdict, reason: reason ?? `A hook said ${verdict}.` }),
  };
}

interface Opinion {
  readonly verdict?: Verdict;
  readonly reason: string;
  readonly input?: JsonObject;
}

function opinionOf({ blocked, output }: Outcome): readonly Opinion[] {
  if (blocked !== undefined) return [{ verdict: 'deny', reason: blocked }];
  if (output === undefined) return [];
  const { permissionDecision: said, permissionDecisionReason: why, updatedInput: input } = output.specific ?? {};
  const change = isObject(input) ? { input } : {};
  if (isText(said)) {
    return [{ verdict: said as Verdict, reason: isText(why) ? why : (output.reason ?? ''), ...change }];
  }
  const { decision, reason = '' } = output;
  if (decision === undefined) return isObject(input) ? [{ reason: '', input }] : [];
  return [{ verdict: decision === 'block' ? 'deny' : 'allow', reason, ...change }];
}

/** Somebody who says no is not outvoted. */
function permissionRequest(answer: Answer, _value: PermissionRequest): PermissionAnswer | undefined {
  if (answer.stopped !== undefined) return { verdict: 'deny', message: answer.stopped };
  const decisions = specifics(answer).flatMap(({ decision }) => (isObject(decision) ? [decision] : []));
  const denied = decisions.find(({ behavior }) => behavior === 'deny');
  if (denied !== undefined) {
    const { message, interrupt } = denied;
    return {
      verdict: 'deny',
      ...(isText(message) && { message }),
      ...(interrupt === true && { interrupt }),
    };
  }
  const allowed = decisions.find(({ behavior }) => behavior === 'allow');
  if (allowed === undefined) return undefined;
  const { updatedInput: input, updatedPermissions: rules } = allowed;
  return {
    verdict: 'allow',
    ...(isObject(input) && { input }),
    ...(Array.isArray(rules) && { rules: rules.filter((one) => isObject(one) && isText(one.type)) as RuleUpdate[] }),
  };
}

const PATHS: Readonly<Record<string, string>> = {
  Read: 'file_path',
  Write: 'file_path',
  Edit: 'file_path',
  NotebookEdit: 'notebook_path',
};

function callFields(session: SessionRef, tool: string, input: JsonObject): JsonObject {
  const server = /^mcp__(.+?)__/.exec(tool)?.[1];
  return {
    tool_name: tool,
    tool_input: absolute(session, tool, input),
    ...(server !== undefined && { mcp_server: { name: server } }),
  };
}

/** Handlers see the path of a file as the tool will open it. */
function absolute(session: SessionRef, tool: string, input: JsonObject): JsonObject {
  const field = PATHS[tool];
  const path = field === undefined ? undefined : input[field];
  if (!isText(path) || path === '' || isAbsolute(path) || path.startsWith('~')) return input;
  return { ...input, [field!]: resolve(session.cwd, path) };
}

function responseOf({ output, content }: ToolResult): unknown {
  return output ?? (typeof content === 'string' ? content : { content });
}
