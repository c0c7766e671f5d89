import type { GateReason } from 'tenon/plugin-api';

/** What those said who gave a verdict. */
export function said(reasons: readonly GateReason[], verdict: string): string {
  return reasons.flatMap((one) => (one.verdict === verdict && one.reason !== '' ? [one.reason] : [])).join('\n');
}
