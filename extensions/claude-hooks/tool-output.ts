import type { JsonObject, ToolResult } from 'tenon/plugin-api';
import { isObject, isText } from './answer.ts';

/**
 * What `updatedToolOutput` or `updatedMCPToolOutput` makes of a result; `undefined` when nobody gave one that fits. An
 * output has the shape of the one it replaces: the same fields, with values of the same types.
 */
export function replacedOutput(
  tool: string,
  result: ToolResult,
  specifics: readonly JsonObject[],
): ToolResult | undefined {
  const mcp = tool.startsWith('mcp__');
  for (const one of [...specifics].reverse()) {
    const given = one.updatedToolOutput ?? (mcp ? one.updatedMCPToolOutput : undefined);
    if (given === undefined || given === null) continue;
    const made = madeOf(given, result);
    if (made !== undefined) return made;
  }
  return undefined;
}

/** Fields of `updatedToolOutput` that keep it from being used; `undefined` when it fits. */
export function outputMisfit(given: unknown, result: ToolResult): string | undefined {
  const { output } = result;
  if (isText(given) || isBlocks(given)) return undefined;
  if (!isObject(given)) return 'expected a text, a list of content blocks, or an object like tool_response';
  if (!isObject(output)) return undefined;
  const wrong = Object.entries(output).find(
    ([name, value]) => value !== undefined && value !== null && kindOf(given[name]) !== kindOf(value),
  );
  return wrong === undefined ? undefined : `${wrong[0]}: expected ${kindOf(wrong[1])}, got ${kindOf(given[wrong[0]])}`;
}

function madeOf(given: unknown, result: ToolResult): ToolResult | undefined {
  if (outputMisfit(given, result) !== undefined) return undefined;
  if (isText(given)) return { ...result, content: given, ...(isText(result.output) && { output: given }) };
  if (isBlocks(given)) return { ...result, content: given, output: given };
  return { ...result, content: asText(given as JsonObject), output: given };
}

/** What the model reads of a structured output: its text where it has one. */
function asText(output: JsonObject): string {
  const { stdout, stderr, file, content, result, filenames } = output;
  if (isText(stdout)) return [stdout, isText(stderr) ? stderr : ''].filter((text) => text !== '').join('\n');
  if (isObject(file) && isText(file.content)) return file.content;
  for (const text of [content, result]) if (isText(text)) return text;
  if (Array.isArray(filenames) && filenames.every(isText)) return filenames.join('\n');
  return JSON.stringify(output);
}

function isBlocks(value: unknown): value is Exclude<ToolResult['content'], string> {
  return Array.isArray(value) && value.every((one) => isObject(one) && one.type === 'text' && isText(one.text));
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
