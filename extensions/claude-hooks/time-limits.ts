import type { HookHandler } from 'tenon/plugin-api';
import type { AnyMapping } from './event-mapping.ts';

/** Milliseconds that all handlers of SessionEnd have together. */
const LAST = 1_500;
const LAST_MOST = 60_000;
/** Timers cannot wait longer. */
const MOST = 2_000_000_000;
/** Seconds. */
const DEFAULTS = { command: 600, http: 600, mcp_tool: 600, prompt: 30, agent: 60, callback: 60 } as const;
const SETTINGS_KINDS = ['managed', 'user', 'project', 'local', 'caller'];

/** Milliseconds that a handler may take. */
export function limitOf({ handler }: HookHandler, mapping: AnyMapping): number {
  const { timeout, type } = handler;
  if (isSeconds(timeout)) return Math.min(Math.max(1, timeout * 1000), MOST);
  const judges = type === 'prompt' || type === 'agent';
  return (judges ? DEFAULTS[type] : (mapping.seconds ?? DEFAULTS[type])) * 1000;
}

/**
 * Milliseconds that the handlers of SessionEnd have together: the highest `timeout` that one in a settings file asks
 * for; plugins do not prolong the end.
 */
export function endLimit(items: readonly HookHandler[], env: Readonly<Record<string, string | undefined>>): number {
  const chosen = Number(env.CLAUDE_CODE_SESSIONEND_HOOKS_TIMEOUT_MS || Number.NaN);
  if (chosen > 0) return Math.min(chosen, MOST);
  const asked = items.flatMap(({ handler: { timeout }, origin }) =>
    isSeconds(timeout) && SETTINGS_KINDS.includes(origin.kind) ? [timeout * 1000] : [],
  );
  return Math.min(Math.max(LAST, ...asked), LAST_MOST);
}

/** Milliseconds as users read them. */
export function seconds(ms: number): number {
  return Number((ms / 1000).toPrecision(3));
}

function isSeconds(timeout: number | undefined): timeout is number {
  return typeof timeout === 'number' && Number.isFinite(timeout) && timeout > 0;
}
