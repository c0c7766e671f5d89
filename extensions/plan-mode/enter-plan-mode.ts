import { type JsonObject, Loop, type Tool } from 'tenon/plugin-api';
import { deferredTools } from 'tenon/plugin-api/lib/deferred-tools';
import { enterPlanMode } from './manifest.ts';
import { PLAN_RULES } from './plan-reminder.ts';
import { planState } from './plan-state.ts';
import type { Workbench } from './workbench.ts';

/** Begins plan mode. */
export function enterPlanModeTool({ api }: Workbench): Tool<JsonObject, { readonly message: string }> {
  return {
    ...enterPlanMode,
    async run(_input, { session: { id } }) {
      const session = (await api.use(Loop)).get(id);
      if (session === undefined || session.parent !== undefined) {
        throw new Error('Plan mode is for the main conversation. Give your plan as your answer.');
      }
      if (session.permissionMode === 'plan') throw new Error('Plan mode is on already. ExitPlanMode ends it.');
      const state = planState(session);
      const before = session.permissionMode;
      await session.setPermissionMode('plan');
      state.before = before;
      state.told = true;
      deferredTools(session).found.add('ExitPlanMode');
      return { content: PLAN_RULES, output: { message: 'Plan mode is on.' } };
    },
  };
}
