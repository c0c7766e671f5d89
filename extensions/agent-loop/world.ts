import type { ExtensionApi } from 'tenon/plugin-api';
import type { Boundary } from './boundary.ts';
import type { ModelRouter } from './model-router.ts';

/** What all sessions of one loop share. */
export interface LoopWorld {
  readonly api: ExtensionApi;
  readonly models: ModelRouter;
  readonly boundary: Boundary;
}

/** The text of something that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
