import { dirname } from 'node:path';
import {
  type ExtensionApi,
  Loop,
  type PermissionMode,
  Permissions,
  type Session,
  type ToolContext,
  type ToolResult,
} from 'tenon/plugin-api';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { calledInput } from './called-input.ts';
import { planFile } from './plan-file.ts';
import { planState } from './plan-state.ts';
import type { Workbench } from './workbench.ts';

export interface ExitPlanModeInput {
  readonly plan: string;
  /** Where the plan will be kept; for hooks and surfaces to see. */
  readonly planFilePath?: string;
}
export interface ExitPlanModeOutput {
  readonly plan: string;
  readonly filePath?: string;
  readonly isAgent: boolean;
}

/** The user approved: goes back to the mode of before, and keeps the plan. */
export async function runExitPlanMode(
  { api }: Workbench,
  { plan }: ExitPlanModeInput,
  context: ToolContext,
): Promise<ToolResult<ExitPlanModeOutput>> {
  const session = (await api.use(Loop)).get(context.session.id);
  if (session === undefined || session.parent !== undefined) {
    throw new Error('Plan mode is for the main conversation. Give your plan as your answer.');
  }
  const state = planState(session);
  // with the answer the user may have chosen a mode
  if (session.permissionMode !== 'plan' && !state.told) throw new Error('Plan mode is not on; go on with your work.');
  if (session.permissionMode === 'plan') await leave(api, session, state.before);
  state.told = false;
  delete state.before;
  const filePath = await keep(api, session, plan);
  const { plan: proposed } = await calledInput(api, context);
  const changed = proposed === plan ? '' : `\nThe user changed it. This is what counts:\n\n${plan}`;
  const kept = filePath === undefined ? '' : ` It is kept in ${filePath}.`;
  return {
    content: `The user approved the plan.${kept} Plan mode is over (permission mode: ${session.permissionMode}): carry it out now.${changed}`,
    output: { plan, ...(filePath !== undefined && { filePath }), isAgent: false },
  };
}

async function leave(api: ExtensionApi, session: Session, before: PermissionMode | undefined): Promise<void> {
  let mode = before ?? (await (await api.use(Permissions)).initialMode());
  if (mode === 'plan') mode = 'default';
  try {
    await session.setPermissionMode(mode);
  } catch (error) {
    session.inform('warning', `The permission mode is default now: ${(error as Error).message}`);
    await session.setPermissionMode('default');
  }
}

/** A plan that cannot be kept is approved all the same. */
async function keep(api: ExtensionApi, session: Session, plan: string): Promise<string | undefined> {
  const path = await planFile(api, plan, session.root);
  try {
    makeFolder(dirname(path));
    await atomicWrite(path, plan.endsWith('\n') ? plan : `${plan}\n`);
    return path;
  } catch (error) {
    session.inform('warning', `The plan could not be kept in ${path}: ${(error as Error).message}`);
    return undefined;
  }
}
