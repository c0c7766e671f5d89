import type { Session } from 'tenon/plugin-api';
import { table } from './table.ts';

/** `/usage` */
export function usage(session: Session) {
  const { totalCostUsd, modelUsage } = session.spent();
  const rows = Object.entries(modelUsage).map(([model, one]) => [
    model,
    [
      `${count(one.inputTokens)} input`,
      `${count(one.outputTokens)} output`,
      `${count(one.cacheReadInputTokens)} cache read`,
      `${count(one.cacheCreationInputTokens)} cache write`,
      `$${one.costUSD.toFixed(4)}`,
    ].join(', '),
  ]);
  if (rows.length === 0) return { output: 'Nothing was asked of a model yet.' };
  return { output: [`Cost of the session: $${totalCostUsd.toFixed(4)}`, ...table(rows)].join('\n') };
}

export function count(tokens: number): string {
  return tokens.toLocaleString('en-US');
}
