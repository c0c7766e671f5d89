import type { JsonObject, SchemaResult, Tool, ToolAccess } from 'tenon/plugin-api';
import { checkSchema, describeIssues } from 'tenon/plugin-api/lib/json-schema';
import { messageOf } from './world.ts';

/** An input that may be used, frozen, or what is wrong with it. */
export type CheckedInput = { readonly input: JsonObject; readonly problem?: undefined } | { readonly problem: string };

/** Checks an input as the tool does and fills in defaults. Nobody can change the result any more. */
export async function checkInput(tool: Tool, given: unknown): Promise<CheckedInput> {
  let result: SchemaResult<unknown>;
  try {
    result = tool.parse === undefined ? checkSchema(tool.inputSchema, given) : await tool.parse(given);
  } catch (error) {
    return { problem: messageOf(error) };
  }
  if (result.issues !== undefined) return { problem: describeIssues(result.issues) };
  const { value } = result;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'must be an object' };
  return { input: frozen(value as JsonObject) };
}

/** Checks an input that an extension or a user gave in place of another; whoever gave it keeps no hand on it. */
export async function checkReplacement(tool: Tool, given: unknown): Promise<CheckedInput> {
  try {
    return await checkInput(tool, structuredClone(given));
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** What a tool says of a call. */
export interface Claims {
  readonly readOnly: boolean;
  readonly access: ToolAccess;
  /** Why the claims cannot be relied on. */
  readonly doubt?: string;
}

/** Asks the tool what a call does; one that cannot say is treated as one that changes something. */
export function claimsOf(tool: Tool, input: JsonObject): Claims {
  try {
    const readOnly = tool.readOnly?.(input) === true;
    const access = tool.access?.(input) ?? {};
    return { readOnly, access: frozen({ ...access }) };
  } catch (error) {
    return {
      readOnly: false,
      access: {},
      doubt: `${tool.name} could not say what this call touches: ${messageOf(error)}`,
    };
  }
}

/** Freezes plain objects and lists, all the way down. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && !Array.isArray(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) frozen(inner);
  return value;
}
