import type { JsonObject } from 'tenon/plugin-api';
import { isObject } from './answer.ts';

/** The JSON that a handler answered, checked. */
export interface HookOutput {
  readonly continue: boolean;
  readonly stopReason?: string;
  readonly systemMessage?: string;
  readonly decision?: 'approve' | 'block';
  readonly reason?: string;
  /** `hookSpecificOutput`. */
  readonly specific?: JsonObject;
}

/** What a handler printed. */
export type Printed =
  | { readonly kind: 'json'; readonly output: HookOutput }
  /** `broken`: it begins like an object and is none. */
  | { readonly kind: 'text'; readonly text: string; readonly broken: boolean }
  | { readonly kind: 'invalid'; readonly problem: string };

/** Reads standard output: an object is an answer, everything else is text. */
export function readPrinted(stdout: string, event: string): Printed {
  const text = stdout.trim();
  if (!text.startsWith('{')) return { kind: 'text', text, broken: false };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'text', text, broken: true }; // text may begin with a brace
  }
  return checkOutput(value, event);
}

const VERDICTS = ['allow', 'deny', 'ask', 'defer'];
const SWITCHES = ['allow', 'deny', 'ask'];

/** Checks the types of the fields that count; fields that nobody knows are left alone. */
export function checkOutput(value: unknown, event: string): Printed {
  if (!isObject(value)) return invalid('expected a JSON object');
  for (const [name, type] of [
    ['continue', 'boolean'],
    ['stopReason', 'string'],
    ['suppressOutput', 'boolean'],
    ['systemMessage', 'string'],
    ['reason', 'string'],
  ] as const) {
    if (given(value[name]) && typeof value[name] !== type) return invalid(`${name}: expected a ${type}`);
  }
  const { decision, hookSpecificOutput: specific } = value;
  if (given(decision) && decision !== 'approve' && decision !== 'block') {
    return invalid('decision: expected "block" or "approve"');
  }
  if (given(specific)) {
    const problem = specificProblem(specific, event);
    if (problem !== undefined) return invalid(`hookSpecificOutput${problem}`);
  }
  const { stopReason, systemMessage, reason } = value;
  return {
    kind: 'json',
    output: {
      continue: value.continue !== false,
      ...(typeof stopReason === 'string' && { stopReason }),
      ...(typeof systemMessage === 'string' && { systemMessage }),
      ...((decision === 'approve' || decision === 'block') && { decision }),
      ...(typeof reason === 'string' && { reason }),
      ...(isObject(specific) && { specific }),
    },
  };
}

function specificProblem(specific: unknown, event: string): string | undefined {
  if (!isObject(specific)) return ': expected an object';
  const { hookEventName: name, permissionDecision: verdict, additionalContext: context } = specific;
  if (name !== event) return `.hookEventName: expected ${JSON.stringify(event)}, got ${JSON.stringify(name)}`;
  if (given(context) && typeof context !== 'string') return '.additionalContext: expected a string';
  if (given(specific.permissionDecisionReason) && typeof specific.permissionDecisionReason !== 'string') {
    return '.permissionDecisionReason: expected a string';
  }
  const verdicts = event === 'PreModelSwitch' ? SWITCHES : VERDICTS;
  if (given(verdict) && !verdicts.includes(verdict as string)) {
    return `.permissionDecision: expected one of ${verdicts.join(', ')}, got ${JSON.stringify(verdict)}`;
  }
  if (given(specific.updatedInput) && !isObject(specific.updatedInput)) return '.updatedInput: expected an object';
  if (event === 'PermissionRequest' && given(specific.decision)) {
    const { decision } = specific;
    if (!isObject(decision) || (decision.behavior !== 'allow' && decision.behavior !== 'deny')) {
      return '.decision.behavior: expected "allow" or "deny"';
    }
    if (given(decision.updatedInput) && !isObject(decision.updatedInput)) {
      return '.decision.updatedInput: expected an object';
    }
  }
  if ((event === 'Elicitation' || event === 'ElicitationResult') && given(specific.action)) {
    const actions = ['accept', 'decline', 'cancel'];
    if (!actions.includes(specific.action as string)) return `.action: expected one of ${actions.join(', ')}`;
  }
  return undefined;
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function invalid(problem: string): Printed {
  return { kind: 'invalid', problem };
}
