import { BackgroundTasks, ModelError } from 'tenon/plugin-api';
import { COMPLETED, type Ending, failure } from './ending.ts';
import type { Query } from './query.ts';
import { said } from './reasons.ts';
import type { Answer } from './turn.ts';

/** The model has finished: the taps of Stop may send it on, and so does an answer that should have been data. */
export async function stopOrGoOn(query: Query, { message }: Answer): Promise<Ending | undefined> {
  const { session, structured } = query;
  if (message.stop_reason === 'model_context_window_exceeded') {
    const text =
      'The conversation no longer fits into the context window of the model. Start a new session, or go on with less.';
    session.inform('error', text);
    await query.tellFailure(new ModelError('invalid_request', text));
    return { ...failure('prompt_too_long', text), result: query.lastText };
  }
  if (message.stop_reason === 'max_tokens') {
    const tokens = message.usage.output_tokens;
    session.inform('warning', `The answer was cut off: the model reached its output limit (${tokens} tokens).`);
  }
  if (structured !== undefined && structured.given === undefined) return askAgain(query, structured.reminder);
  const end = completed(query);
  // whoever runs a subagent decides whether it goes on
  if (session.parent !== undefined) return (await hearAwaited(query)) ? undefined : end;
  const stop = await query.until(
    session.world.api.hooks.Stop.fire({
      session,
      lastMessage: query.lastText,
      active: query.wentOn > 0,
      context: [],
      verdict: 'stop',
      reasons: [],
    }),
  );
  const { goOn } = session.limits;
  if (stop.verdict === 'go-on' && query.wentOn < goOn) {
    query.wentOn++;
    if (structured !== undefined) structured.given = undefined;
    session.addUser({ content: said(stop.reasons, 'go-on') || 'Go on.', source: 'system' });
    query.addContext(stop.context);
    return undefined;
  }
  if (stop.verdict === 'go-on') {
    session.inform('warning', `An extension wanted the model to go on more than ${goOn} times; the prompt ends here.`);
  }
  if (await hearAwaited(query)) {
    query.addContext(stop.context);
    return undefined;
  }
  session.texts.opening.push(...stop.context.map(({ text }) => text));
  return end;
}

/**
 * True when work in the background that the prompt needs has ended: the model hears of it and goes on. A session that stays
 * open does not wait, because it goes on by itself.
 */
async function hearAwaited(query: Query): Promise<boolean> {
  const { session, structured } = query;
  if (session.options.stays === true || structured?.given !== undefined) return false;
  const tasks = session.world.api.maybe(BackgroundTasks);
  if (tasks === undefined || tasks.list(session).length === 0) return false;
  return query.until(tasks.awaited(session));
}

/** The model gave no valid structured output: it may try again, a few times. */
export function askAgain(query: Query, reminder?: string): Ending | undefined {
  const why = query.structured?.failed();
  if (why === undefined) {
    if (reminder !== undefined) query.session.addUser({ content: reminder, source: 'system' });
    return undefined;
  }
  return {
    subtype: 'error_max_structured_output_retries',
    outcome: 'error',
    terminalReason: 'structured_output_retry_exhausted',
    isError: true,
    errors: [why],
  };
}

function completed({ structured, lastText }: Query): Ending {
  const given = structured?.given;
  if (given === undefined) return { ...COMPLETED, result: lastText };
  return { ...COMPLETED, result: lastText || JSON.stringify(given.output), structuredOutput: given.output };
}
