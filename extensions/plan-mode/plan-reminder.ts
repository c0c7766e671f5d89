import type { SessionRef } from 'tenon/plugin-api';
import { deferredTools } from 'tenon/plugin-api/lib/deferred-tools';
import { planState } from './plan-state.ts';

/** What the model is told when plan mode begins. */
export const PLAN_RULES =
  'Plan mode is on. Change nothing: no edits, no commits, no commands that do more than read, whatever else you were told. Look at what is there, ask the user about decisions that are theirs, and work out a plan. When it is complete, call ExitPlanMode with it: that is how the user approves it, so do not ask for approval in words.';

/** What goes with a prompt: a reminder of plan mode while it is on, and once that it is over. */
export function planReminder(session: SessionRef): string | undefined {
  const state = planState(session);
  if (session.permissionMode !== 'plan') {
    if (!state.told) return undefined;
    state.told = false;
    return 'Plan mode is over: you may make changes again.';
  }
  // it must be at hand when it is needed
  deferredTools(session).found.add('ExitPlanMode');
  if (state.told) return 'Plan mode is still on: change nothing, and end with ExitPlanMode.';
  state.told = true;
  return PLAN_RULES;
}
