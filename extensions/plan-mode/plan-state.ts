import type { PermissionMode, SessionRef } from 'tenon/plugin-api';

/** What is remembered of a session's plan mode. */
export interface PlanState {
  /** The mode to go back to, where it is known. */
  before?: PermissionMode;
  /** The model was told that plan mode is on. */
  told: boolean;
}

/** The object is live. */
export function planState(session: SessionRef): PlanState {
  return session.state<PlanState>('plan-mode', () => ({ told: false }));
}
