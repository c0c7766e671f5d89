import { type Ending, failure, standIn } from './ending.ts';
import type { Query } from './query.ts';
import type { DeferredCall } from './session.ts';
import { settleCalls } from './tool-batch.ts';
import type { Answer } from './turn.ts';

/** Decides a call that a tap put off when the session was last asked something. An ending: there is nothing to add. */
export async function decideDeferred(query: Query): Promise<Ending | undefined> {
  const { session } = query;
  const { deferred: call } = session;
  if (call === undefined) return undefined;
  session.deferred = undefined;
  const answer = answerWith(call);
  if ((await query.offers.find(call.name)) === undefined) {
    const why = `The call of ${call.name} that was put off cannot run: there is no such tool any more.`;
    settleCalls(query, answer, why);
    return failure('tool_deferred_unavailable', why);
  }
  return query.withinTurn(() => query.runCalls(answer));
}

/** The answer that made the call is in the conversation already. */
function answerWith(call: DeferredCall): Answer {
  const message = { ...standIn(''), content: [{ type: 'tool_use' as const, ...call }] };
  return { message, uuid: '', invalid: new Map(), end: 'complete' };
}
