import { type JsonObject, type Tool, type ToolRun, Tools } from 'tenon/plugin-api';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import type { Query } from './query.ts';
import { checkInput, claimsOf } from './tool-input.ts';
import { decideCall, runCall } from './tool-step.ts';

/** Runs a tool that no model called, through the hooks and rules of any call; what would have to be asked is denied. */
export async function runOwnCall(query: Query, name: string, given: JsonObject): Promise<ToolRun> {
  const { api } = query.session.world;
  const tool = (await api.item(Tools, name)) as unknown as Tool<JsonObject> | undefined;
  if (tool === undefined) throw new Error(`there is no tool ${JSON.stringify(name)}`);
  const checked = await checkInput(tool, given);
  if (checked.problem !== undefined) {
    return { allowed: false, content: `The input of ${name} is not valid: ${checked.problem}`, isError: true };
  }
  const { input } = checked;
  const call = { type: 'tool_use', id: `own_${randomUuid()}`, name, input } as const;
  const { readOnly } = claimsOf(tool, input);
  const decided = await decideCall(query, { call, tool, input, readOnly }, false, true);
  if (!('tool' in decided)) return { allowed: false, content: decided.content, isError: true };
  const { content, isError, output } = await runCall(query, decided);
  return { allowed: true, content, isError, ...(output !== undefined && { output }) };
}
