import type { GateReason } from 'tenon/plugin-api';

/** What those said who gave a verdict. */
export function said(reasons: readonly GateReason[], verdict: string): string {
  return reasons.flatMap((one) => (one.verdict === verdict && one.reason !== '' ? [one.reason] : [])).join('\n');
}

/** For a denial without any reason: who denied. */
export function nameless(reasons: readonly GateReason[]): string {
  const by = reasons.flatMap((one) => (one.verdict === 'deny' ? [one.by] : []));
  return by.length === 0 ? 'An extension denied this call.' : `${by.join(', ')} denied this call and gave no reason.`;
}
