import type { ModelRequest } from 'tenon/plugin-api';

/** Models that know no budget for a task (https://platform.claude.com/docs/en/build-with-claude/task-budgets). */
const WITHOUT = new Set([
  'claude-opus-4-6',
  'claude-opus-4-5',
  'claude-sonnet-5',
  'claude-sonnet-4-6',
  'claude-sonnet-4-5',
  'claude-haiku-4-5',
]);

/** The beta that a budget needs. */
export const TASK_BUDGET_BETA = 'task-budgets-2026-03-13';

/** The tokens that the model is told it should not take more of; a model that knows no budgets is told nothing. */
export function taskBudgetOf({ taskBudget }: Pick<ModelRequest, 'taskBudget'>, id: string): number | undefined {
  return WITHOUT.has(id.toLowerCase().replace(/-(\d{8}|latest)$/, '')) ? undefined : taskBudget;
}
