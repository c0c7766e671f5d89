import type { PermissionMode } from 'tenon/plugin-api';

const MODES: ReadonlySet<string> = new Set(['default', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions']);

/** All names a mode may be given by. */
export const MODE_NAMES = 'default (or manual), acceptEdits, plan, auto, dontAsk, bypassPermissions';

/** Reads a mode; `manual` is `default`. `undefined` when there is no such mode. */
export function parseMode(value: unknown): PermissionMode | undefined {
  if (value === 'manual') return 'default';
  return typeof value === 'string' && MODES.has(value) ? (value as PermissionMode) : undefined;
}
