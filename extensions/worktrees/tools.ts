import type { Tool } from 'tenon/plugin-api';
import type { EnterWorktreeInput, EnterWorktreeOutput } from './enter-worktree.ts';
import type { ExitWorktreeInput, ExitWorktreeOutput } from './exit-worktree.ts';
import { enterWorktree, exitWorktree } from './manifest.ts';
import type { Workbench } from './workbench.ts';

/** Moves the session into a worktree. */
export function enterWorktreeTool(bench: Workbench): Tool<EnterWorktreeInput, EnterWorktreeOutput> {
  return {
    ...enterWorktree,
    run: async (input, context) => (await import('./enter-worktree.ts')).runEnterWorktree(bench, input, context),
  };
}

/** Moves the session back. */
export function exitWorktreeTool(bench: Workbench): Tool<ExitWorktreeInput, ExitWorktreeOutput> {
  return {
    ...exitWorktree,
    run: async (input, context) => (await import('./exit-worktree.ts')).runExitWorktree(bench, input, context),
  };
}
