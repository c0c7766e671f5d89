/**
 * True when ENABLE_TOOL_SEARCH says no: every tool is then part of every request. Values of the same variable elsewhere
 * that say when to defer (`auto`, `auto:10`) count as yes.
 */
export function switchedOff(env: Readonly<Record<string, string | undefined>>): boolean {
  return /^(0|false|no|off)$/i.test(env.ENABLE_TOOL_SEARCH?.trim() ?? '');
}
