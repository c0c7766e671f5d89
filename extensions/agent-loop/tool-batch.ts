import type { ContextItem, ToolResultBlock, ToolUseBlock } from 'tenon/plugin-api';
import type { Query } from './query.ts';
import { said } from './reasons.ts';
import type { DeferredCall } from './session.ts';
import { type CallOutcome, decideCall, failed, type Permit, type Prepared, prepareCall, runCall } from './tool-step.ts';
import type { Answer } from './turn.ts';
import { messageOf } from './world.ts';

/** How the calls of an answer ended. */
export interface BatchEnd {
  /** Why the loop is to end: a tap said so. */
  readonly stopped?: string;
  /** The answer's only call was put off; it has no result. */
  readonly deferred?: DeferredCall;
}

/**
 * Runs the calls of an answer: neighbours that only read at the same time, all others alone, and gives the model their
 * results in the order of the calls. Every call has a result, also when the prompt is interrupted.
 */
export async function runBatch(query: Query, answer: Answer): Promise<BatchEnd> {
  const { session } = query;
  const outcomes: CallOutcome[] = [];
  const prepared = await prepareAll(query, answer);
  for (const group of groups(prepared)) {
    const done = await runGroup(query, group, prepared.length === 1);
    const put = done.find(({ deferred }) => deferred);
    if (put !== undefined) {
      const { id, name, input } = put.call;
      return { deferred: { id, name, input } };
    }
    for (const outcome of done) addResult(query, outcome, answer.uuid);
    outcomes.push(...done);
    await session.events.room();
  }
  const context: ContextItem[] = outcomes.flatMap((outcome) => outcome.context);
  const { PostToolBatch } = session.world.api.hooks;
  let stopped: string | undefined;
  if (!PostToolBatch.idle && !query.signal.aborted) {
    // models may call a tool by a former name
    const names = new Map(prepared.map(({ call, tool }) => [call.id, tool?.name ?? call.name]));
    const gate = await query
      .until(
        PostToolBatch.fire({
          session,
          outcomes: outcomes.map(({ call, input, isError, content }) => ({
            id: call.id,
            tool: names.get(call.id) ?? call.name,
            input,
            isError,
            content,
          })),
          context: [],
          verdict: 'none',
          reasons: [],
        }),
      )
      .catch((error) => {
        if (!query.signal.aborted) throw error;
        return undefined;
      });
    if (gate !== undefined) context.push(...gate.context);
    if (gate?.verdict === 'deny') stopped = said(gate.reasons, 'deny') || 'an extension ended it';
  }
  // results come first in a message; what belongs to them follows
  query.addContext(context);
  return stopped === undefined ? {} : { stopped };
}

/** Gives all calls of an answer the same error as their result. */
export function settleCalls(query: Query, answer: Answer, why: string): void {
  for (const call of callsOf(answer)) addResult(query, failed({ call, input: {} }, why), answer.uuid);
}

function callsOf({ message }: Answer): readonly ToolUseBlock[] {
  return message.content.filter((block) => block.type === 'tool_use');
}

async function prepareAll(query: Query, answer: Answer): Promise<readonly Prepared[]> {
  const prepared: Prepared[] = [];
  for (const call of callsOf(answer)) {
    try {
      prepared.push(await query.until(prepareCall(query, call, answer.invalid.get(call.id))));
    } catch (error) {
      prepared.push({ call, input: {}, readOnly: true, problem: whyNot(query, call, error) });
    }
  }
  return prepared;
}

function* groups(calls: readonly Prepared[]): Generator<readonly Prepared[]> {
  let group: Prepared[] = [];
  for (const call of calls) {
    if (call.readOnly) {
      group.push(call);
      continue;
    }
    if (group.length > 0) yield group;
    group = [];
    yield [call];
  }
  if (group.length > 0) yield group;
}

async function runGroup(query: Query, group: readonly Prepared[], alone: boolean): Promise<readonly CallOutcome[]> {
  const { atOnce: most } = query.session.limits;
  const decided = await atOnce(most, group, (prepared) =>
    guarded(query, prepared, () => decideCall(query, prepared, alone)),
  );
  const run = (allowed: Permit) => guarded(query, allowed, () => runCall(query, allowed));
  const done = new Map<Permit | CallOutcome, CallOutcome>();
  const permits = decided.filter((one): one is Permit => 'tool' in one);
  await atOnce(
    most,
    permits.filter(({ readOnly }) => readOnly),
    async (allowed) => done.set(allowed, await run(allowed)),
  );
  // a tap or a user may have made a change of what was to be read
  for (const allowed of permits) if (!allowed.readOnly) done.set(allowed, await run(allowed));
  return decided.map((one) => done.get(one) ?? (one as CallOutcome));
}

/** An interrupt, or a fault of ours, is an error result: no call is left without one. */
async function guarded<T>(
  query: Query,
  call: Pick<Prepared, 'call' | 'input'>,
  work: () => Promise<T>,
): Promise<T | CallOutcome> {
  try {
    if (query.signal.aborted) return failed(call, whyNot(query, call.call, undefined));
    return await work();
  } catch (error) {
    return failed(call, whyNot(query, call.call, error));
  }
}

function whyNot(query: Query, call: ToolUseBlock, error: unknown): string {
  if (query.signal.aborted) return messageOf(query.signal.reason);
  query.session.world.api.log.error(`a call of ${call.name} could not be decided: ${messageOf(error)}`, error);
  return `${call.name} did not run: ${messageOf(error)}`;
}

async function atOnce<In, Out>(
  most: number,
  items: readonly In[],
  work: (item: In) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}

function addResult(query: Query, outcome: CallOutcome, answers: string): void {
  const { call, content, isError, output, decision } = outcome;
  const block: ToolResultBlock = {
    type: 'tool_result',
    tool_use_id: call.id,
    content,
    ...(isError && { is_error: true }),
  };
  query.session.addUser({
    content: [block],
    source: 'tool',
    ...(output !== undefined && { toolUseResult: output }),
    ...(decision !== undefined && { decisions: [{ id: call.id, ...decision }] }),
    ...(answers !== '' && { answers }),
  });
}
