import type { Tool } from 'tenon/plugin-api';
import { checkSchema } from 'tenon/plugin-api/lib/json-schema';
import { exitPlanMode } from './manifest.ts';
import type { ExitPlanModeInput, ExitPlanModeOutput } from './run-exit-plan-mode.ts';
import type { Workbench } from './workbench.ts';

const { inputSchema } = exitPlanMode;
/** What hooks and users see has a field more, and old callers send another. */
const accepted = {
  ...inputSchema,
  properties: {
    ...inputSchema.properties,
    planFilePath: { type: 'string' },
    allowedPrompts: { type: 'array' },
  },
} as const;

/** Shows a plan to the user; running it means that the user approved. */
export function exitPlanModeTool(bench: Workbench): Tool<ExitPlanModeInput, ExitPlanModeOutput> {
  return {
    ...exitPlanMode,
    async parse(input) {
      const checked = checkSchema(accepted, input);
      if (checked.issues !== undefined) return checked;
      const { plan } = checked.value as ExitPlanModeInput;
      const { planFile } = await import('./plan-file.ts');
      return { value: { plan, planFilePath: await planFile(bench.api, plan, bench.host.cwd) } };
    },
    run: async (input, context) => (await import('./run-exit-plan-mode.ts')).runExitPlanMode(bench, input, context),
  };
}
