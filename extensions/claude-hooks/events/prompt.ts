import type { Answer } from '../answer.ts';
import { isText, joined, lastField } from '../answer.ts';
import { ALL_TYPES, type AnyMapping, NO_MODEL, row } from '../event-mapping.ts';

/** Events about prompts, answers and models. */
export const promptEvents: readonly AnyMapping[] = [
  row<'UserPromptSubmit'>({
    event: 'UserPromptSubmit',
    hook: 'UserPromptSubmit',
    types: ALL_TYPES,
    seconds: 30,
    mode: true,
    input: ({ text, source }) => ({ prompt: text, source }),
    plain: true,
    exit2: 'block',
    decision: 'block',
    refused: 'block',
    lateBlocks: ['callback'],
    patch: refusal,
  }),
  row<'UserPromptExpansion'>({
    event: 'UserPromptExpansion',
    hook: 'UserPromptExpansion',
    subject: ({ command }) => command,
    types: ALL_TYPES,
    mode: true,
    input: ({ command, args, source, prompt }) => ({
      expansion_type: source === 'mcp' ? 'mcp_prompt' : 'slash_command',
      command_name: command,
      command_args: args,
      command_source: source,
      prompt,
    }),
    plain: true,
    exit2: 'block',
    decision: 'block',
    refused: 'block',
    patch: refusal,
  }),
  row<'MessageDisplay'>({
    event: 'MessageDisplay',
    hook: 'MessageDisplay',
    types: NO_MODEL,
    seconds: 10,
    mode: true,
    input: ({ session, messageId, text }) => ({
      turn_id: session.promptId ?? '',
      message_id: messageId,
      index: 0,
      final: true,
      delta: text,
    }),
    exit2: 'none',
  }),
  row<'Stop'>({
    event: 'Stop',
    hook: 'Stop',
    types: ALL_TYPES,
    mode: true,
    input: ({ session, active, lastMessage }, world) => ({
      stop_hook_active: active,
      last_assistant_message: lastMessage,
      background_tasks: world.backgroundTasks(session),
    }),
    exit2: 'block',
    decision: 'block',
    refused: 'block',
    failsOpen: true,
    patch: (answer) => goOn(answer, 'Stop'),
  }),
  row<'StopFailure'>({
    event: 'StopFailure',
    hook: 'StopFailure',
    subject: ({ error }) => error.kind,
    matcher: 'words',
    types: NO_MODEL,
    mode: false,
    input: ({ error }) => ({
      error: error.kind,
      error_details: error.message,
      last_assistant_message: error.message,
    }),
    exit2: 'none',
  }),
  row<'PreModelSwitch'>({
    event: 'PreModelSwitch',
    hook: 'PreModelSwitch',
    subject: ({ to }) => to,
    types: NO_MODEL,
    seconds: 30,
    mode: true,
    input: ({ from, to, reason }) => switchFields(from, to, reason),
    exit2: 'block',
    decision: 'block',
    lateBlocks: ['command', 'http', 'mcp_tool', 'callback'],
    patch(answer) {
      const why = answer.stopped ?? joined(answer.blocks);
      if (why !== undefined) return { verdict: 'deny', reason: why };
      const said = answer.outcomes.flatMap(({ output }) => {
        const { permissionDecision: verdict, permissionDecisionReason: reason } = output?.specific ?? {};
        return isText(verdict) ? [{ verdict, reason: isText(reason) ? reason : '' }] : [];
      });
      for (const verdict of ['deny', 'ask', 'allow'] as const) {
        const those = said.filter((one) => one.verdict === verdict);
        if (those.length === 0) continue;
        return { verdict, reason: joined(those.map(({ reason }) => reason)) ?? `A hook said ${verdict}.` };
      }
      return undefined;
    },
  }),
  row<'PostModelSwitch'>({
    event: 'PostModelSwitch',
    hook: 'PostModelSwitch',
    subject: ({ to }) => to,
    types: NO_MODEL,
    seconds: 30,
    mode: true,
    input: ({ from, to, reason }) => switchFields(from, to, reason),
    plain: true,
    exit2: 'none',
    later: ({ context }) => context,
  }),
  row<'QueryStart'>({
    event: 'QueryStart',
    hook: 'QueryStart',
    subject: ({ model }) => model,
    types: ALL_TYPES,
    seconds: 15,
    mode: true,
    input: ({ prompt, model, turnCount }) => ({ prompt, model, turn_count: turnCount }),
    exit2: 'block',
    decision: 'block',
    refused: 'block',
    patch(answer) {
      const prompt = lastField(answer, 'updatedPrompt', isText);
      const model = lastField(answer, 'updatedModel', isText);
      return {
        ...refusal(answer),
        ...(prompt !== undefined && { prompt }),
        ...(model !== undefined && model !== '' && { model }),
      };
    },
  }),
  row<'QueryEnd'>({
    event: 'QueryEnd',
    hook: 'QueryEnd',
    subject: ({ outcome }) => outcome,
    types: ALL_TYPES,
    seconds: 10,
    mode: true,
    input: ({ outcome, turns, durationMs, usage, totalCostUsd, lastMessage }) => ({
      outcome,
      num_turns: turns,
      duration_ms: durationMs,
      usage,
      total_cost_usd: totalCostUsd,
      last_assistant_message: lastMessage,
    }),
    exit2: 'user',
  }),
];

/** For gates that let pass or refuse. */
export function refusal(answer: Answer): {
  readonly context: readonly string[];
  readonly verdict?: 'deny';
  readonly reason?: string;
} {
  const why = answer.stopped ?? joined(answer.blocks);
  return { context: answer.context, ...(why !== undefined && { verdict: 'deny', reason: why }) };
}

/**
 * For gates at the end of work: whoever blocks sends the model on. Context alone does so too, without being called an
 * error. `continue: false` beats both.
 */
export function goOn(answer: Answer, name: string): { readonly verdict: 'go-on'; readonly reason: string } | undefined {
  if (answer.stopped !== undefined) return undefined;
  const why = joined(answer.blocks);
  if (why !== undefined) return { verdict: 'go-on', reason: `${name} hook feedback:\n${why}` };
  const added = joined(answer.context);
  return added === undefined ? undefined : { verdict: 'go-on', reason: added };
}

function switchFields(from: string, to: string, reason: string) {
  return { from_model: from, to_model: to, requested_model: to, source: reason === 'user' ? 'command' : 'auto' };
}
