import type { HookHandler } from 'tenon/plugin-api';
import type { Outcome, Ran } from './answer.ts';
import type { AnyMapping } from './event-mapping.ts';
import { checkOutput, type Printed, readPrinted } from './hook-output.ts';

/** What a run means. Nothing of what a handler does is an error of ours. */
export function outcomeOf(
  mapping: AnyMapping,
  item: HookHandler,
  ran: Ran,
  ms: number,
  blockOnFailure: boolean,
): Outcome {
  const base = { item, ran, ms };
  const ended = (fields: Partial<Outcome> = {}): Outcome => ({ ...base, status: 'success', ...fields });
  const failed = (text: string, blocks = blockOnFailure, fields: Partial<Outcome> = {}): Outcome => ({
    ...base,
    ...fields,
    status: 'error',
    problem: text,
    ...(blocks && { blocked: text }),
  });
  if (ran.cancelled === true) return { ...base, status: 'cancelled' };
  if (ran.background === true) return ended();
  if (ran.failure !== undefined) {
    const { kind, text } = ran.failure;
    return failed(
      text,
      blockOnFailure || (kind === 'late' && mapping.lateBlocks?.includes(item.handler.type) === true),
    );
  }
  if (ran.judged !== undefined) return judged(mapping, item, ran.judged, ended);

  const printed = printedOf(ran, mapping.event);
  const output = printed.kind === 'json' ? printed.output : undefined;
  const { exitCode = 0 } = ran;
  if (exitCode === 2) {
    const own = output === undefined ? undefined : reasonOf(output);
    const blocked = own ?? (ran.stderr.trim() || 'a hook ended with exit code 2 and gave no reason');
    return ended({ blocked, ...(output !== undefined && { output }) });
  }
  if (exitCode !== 0) {
    const first = ran.stderr.trim().split('\n')[0] ?? '';
    const text = `exit code ${exitCode}${first === '' ? '' : `: ${first}`}`;
    // with an answer the exit code says nothing, unless it was asked to be strict
    if (output !== undefined && !blockOnFailure) return ended({ output });
    return failed(text);
  }
  if (output !== undefined) return ended({ output });
  if (printed.kind === 'invalid') return failed(`its answer is not valid: ${printed.problem}`);
  if (printed.kind === 'text' && printed.broken && blockOnFailure) return failed('its answer is not valid JSON');
  return ended(mapping.plain === true && printed.kind === 'text' && printed.text !== '' ? { plain: printed.text } : {});
}

function printedOf(ran: Ran, event: string): Printed {
  const { given } = ran;
  if (given === undefined) return readPrinted(ran.stdout, event);
  // nothing said is nothing meant
  return given === null ? { kind: 'text', text: '', broken: false } : checkOutput(given, event);
}

function reasonOf({ specific, reason }: NonNullable<Outcome['output']>): string | undefined {
  const own = specific?.permissionDecisionReason;
  return typeof own === 'string' && own !== '' ? own : reason || undefined;
}

function judged(
  mapping: AnyMapping,
  { handler }: HookHandler,
  { ok, reason, impossible }: NonNullable<Ran['judged']>,
  ended: (fields?: Partial<Outcome>) => Outcome,
): Outcome {
  const { refused = 'none' } = mapping;
  const goes = handler.type === 'agent' || (handler.type === 'prompt' && handler.continueOnBlock === true);
  if (ok || refused === 'none') return ended();
  // what cannot be had is not asked for again
  if (impossible && (mapping.event === 'Stop' || mapping.event === 'SubagentStop')) return ended();
  if (refused === 'continue' && !goes) return ended();
  const blocked = reason.trim() || 'a model that was asked did not agree and gave no reason';
  return ended({ blocked, ...(refused === 'end' && !goes && { ends: true }) });
}
