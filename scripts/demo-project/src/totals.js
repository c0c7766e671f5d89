import { formatAmount, parseAmount } from './amount.js';
import { parseCsv } from './csv.js';

/** Adds up the amounts of each category, in cents. */
export function totalsOf(csv) {
  const totals = new Map();
  for (const { category, amount } of parseCsv(csv)) {
    totals.set(category, (totals.get(category) ?? 0) + parseAmount(amount));
  }
  return totals;
}

/** Writes totals as aligned lines, the largest first. */
export function report(totals) {
  const rows = [...totals].sort((a, b) => b[1] - a[1]).map(([name, cents]) => [name, formatAmount(cents)]);
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const digits = Math.max(0, ...rows.map(([, amount]) => amount.length));
  return rows.map(([name, amount]) => `${name.padEnd(width)}  ${amount.padStart(digits)}`).join('\n');
}
