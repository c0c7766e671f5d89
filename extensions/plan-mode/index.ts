import { defineExtension, Host, type Tool, Tools } from 'tenon/plugin-api';
import { askUserQuestionTool } from './ask-user-question.ts';
import { enterPlanModeTool } from './enter-plan-mode.ts';
import { exitPlanModeTool } from './exit-plan-mode.ts';
import { manifest } from './manifest.ts';
import { planReminder } from './plan-reminder.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const bench = { api, host: await api.use(Host) };
    for (const tool of [enterPlanModeTool, exitPlanModeTool, askUserQuestionTool]) {
      api.add(Tools, tool(bench) as Tool<never, unknown>);
    }
    api.hooks.UserPromptSubmit.tap(({ session }) => {
      const context = planReminder(session);
      return context === undefined ? undefined : { context };
    });
  },
});
