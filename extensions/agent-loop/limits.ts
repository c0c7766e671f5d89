import { UsageError } from 'tenon/plugin-api';

/** Bounds that the environment sets. */
export interface Limits {
  /** Model requests of one prompt. */
  readonly maxTurns?: number;
  /** How often a model is asked again that gave no valid structured output. */
  readonly structuredRetries: number;
  /** Calls that run at the same time. */
  readonly atOnce: number;
  /** How often a Stop tap may send the model back to work for one prompt. */
  readonly goOn: number;
}

/** @throws UsageError naming the variable that is no whole number. */
export function readLimits(env: Readonly<Record<string, string | undefined>>): Limits {
  const count = (variable: string, least: number): number | undefined => {
    const text = env[variable]?.trim();
    if (!text) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
    throw new UsageError(`${variable} must be a whole number of at least ${least}, got ${JSON.stringify(text)}`);
  };
  const maxTurns = count('CLAUDE_CODE_MAX_TURNS', 1);
  return {
    ...(maxTurns !== undefined && { maxTurns }),
    structuredRetries: count('MAX_STRUCTURED_OUTPUT_RETRIES', 0) ?? 5,
    atOnce: count('CLAUDE_CODE_MAX_TOOL_USE_CONCURRENCY', 1) ?? 10,
    goOn: count('CLAUDE_CODE_STOP_HOOK_BLOCK_CAP', 1) ?? 8,
  };
}
