import type { Answer, Outcome } from './answer.ts';
import type { AnyMapping, Effect } from './event-mapping.ts';

/** The answers of all handlers as one, and what the user is to be told. */
export interface Merged {
  readonly answer: Answer;
  /** Warnings to the user, in the order of the handlers. */
  readonly told: readonly string[];
}

/**
 * Puts the outcomes of an event together, in the order of the handlers: all reasons and all context are kept.
 * @param name of the hook as users know it: `PreToolUse:Bash`
 */
export function merge(mapping: AnyMapping, name: string, outcomes: readonly Outcome[]): Merged {
  const blocks: string[] = [];
  const context: string[] = [];
  const told: string[] = [];
  let stopped: string | undefined;
  const refuse = (effect: Effect, reason: string) => {
    if (effect === 'block') blocks.push(reason);
    else if (effect === 'model') context.push(`${name} hook blocking error: ${reason}`);
    else if (effect === 'user') told.push(`${name} hook: ${reason}`);
  };
  for (const { blocked, ends, output, plain, problem, status } of outcomes) {
    if (problem !== undefined && status === 'error') {
      told.push(failureText(name, problem, blocked !== undefined));
    }
    // the user has been told of a failure already
    const known = problem !== undefined && mapping.exit2 === 'user';
    if (blocked !== undefined && !known) refuse(mapping.exit2, blocked);
    if (ends === true) stopped ??= blocked;
    if (plain !== undefined) context.push(`${name} hook: ${plain}`);
    if (output === undefined) continue;
    if (output.decision === 'block' && blocked === undefined) {
      refuse(mapping.decision ?? 'none', output.reason ?? 'a hook blocked it and gave no reason');
    }
    if (!output.continue) stopped ??= output.stopReason || output.reason || 'a hook stopped it';
    if (output.systemMessage !== undefined && output.systemMessage !== '') told.push(output.systemMessage);
    const added = output.specific?.additionalContext;
    if (typeof added === 'string' && added.trim() !== '') context.push(`${name} hook additional context: ${added}`);
  }
  return { answer: { stopped, blocks, context, outcomes }, told };
}

/** What the user is told of a handler that gave no answer. */
export function failureText(name: string, problem: string, refused: boolean): string {
  return `${name} hook ${refused ? 'gave no answer, which counts as a refusal' : 'error, it does not count'}: ${problem}`;
}
