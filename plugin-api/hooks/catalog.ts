import type { HookSpec } from '../hook-kinds.ts';
import { appHooks } from './app.ts';
import { commandHooks } from './command.ts';
import { contextHooks } from './context.ts';
import { queryHooks } from './query.ts';
import { sessionHooks } from './session.ts';
import { toolHooks } from './tool.ts';
import { workspaceHooks } from './workspace.ts';

/**
 * Hooks of extensions. Add yours by declaration merging:
 * `declare module 'tenon/plugin-api' { interface Hooks { Deployed: HookSpec<{ target: string }, void, void> } }`
 */
// biome-ignore lint/suspicious/noEmptyInterface: it exists to be merged into
export interface Hooks {}

/** Every hook Tenon itself fires, with its rule. */
export const hookCatalog = {
  ...appHooks,
  ...sessionHooks,
  ...queryHooks,
  ...commandHooks,
  ...toolHooks,
  ...contextHooks,
  ...workspaceHooks,
};

/** All hooks, by name. */
export type HookCatalog = typeof hookCatalog & {
  readonly [N in keyof Hooks]: Hooks[N] extends HookSpec<infer V, infer P, infer R> ? HookSpec<V, P, R> : never;
};
