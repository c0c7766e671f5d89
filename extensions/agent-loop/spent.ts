import type { Ending } from './ending.ts';
import type { LoopSession } from './session.ts';

/** The ending of a prompt whose session has cost what it may, its subagents included. */
export function spent(session: LoopSession): Ending | undefined {
  const { options, tally } = session.top;
  const { maxBudgetUsd } = options;
  if (maxBudgetUsd === undefined) return undefined;
  const unknown = tally.takeUnpriced();
  if (unknown.length > 0) {
    const which = unknown.join(', ');
    session.inform('warning', `The price of ${which} is not known, so --max-budget-usd does not count what it costs.`);
  }
  if (tally.totalCostUsd < maxBudgetUsd) return undefined;
  const cost = tally.totalCostUsd.toFixed(4);
  return {
    subtype: 'error_max_budget_usd',
    outcome: 'budget',
    terminalReason: 'budget_exhausted',
    isError: true,
    errors: [`the session has cost $${cost}, and $${maxBudgetUsd} is what it may (--max-budget-usd ${maxBudgetUsd})`],
  };
}
