import {
  type ExtensionApi,
  type JsonObject,
  type PermissionAnswer,
  type SessionRef,
  type Surface,
  type Tool,
  Tools,
  textOf,
  UsageError,
} from 'tenon/plugin-api';
import { checkSchema, describeIssues } from 'tenon/plugin-api/lib/json-schema';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { permissionAnswer } from './permission-answer.ts';

/**
 * Asks a tool: it is given `{ tool_name, input, tool_use_id }`, and its result is an answer as JSON text. What is no
 * such answer denies the call.
 * @param session the session that is asked about
 * @throws UsageError when there is no tool of this name
 */
export async function toolSurface(
  api: ExtensionApi,
  name: string,
  session: () => SessionRef | undefined,
): Promise<Surface> {
  if ((await toolOf(api, name)) === undefined) {
    const names = api.declared(Tools).map((one) => one.name);
    throw new UsageError(
      `--permission-prompt-tool ${name}: there is no tool of this name; give stdio, or one of ${names.join(', ')}`,
    );
  }
  return {
    name: `permission-prompt-tool ${name}`,
    async ask({ tool, input, toolUseId }, signal): Promise<PermissionAnswer | undefined> {
      const by = `the permission tool ${name}`;
      const denied = (why: string): PermissionAnswer => ({
        verdict: 'deny',
        message: `${tool} did not run: ${by} ${why}`,
      });
      try {
        const prompter = await toolOf(api, name);
        const open = session();
        if (prompter === undefined || open === undefined) return denied('is not there any more');
        const given = await checkedInput(prompter, { tool_name: tool, input, tool_use_id: toolUseId });
        const ran = await prompter.run(given, {
          session: open,
          id: `permission-${randomUuid()}`,
          signal,
          progress() {},
        });
        const result = typeof ran === 'string' ? { content: ran } : ran;
        const text = textOf(result.content);
        if (result.isError === true) return denied(`failed: ${text}`);
        return permissionAnswer(parsed(text), { tool, toolUseId }, by);
      } catch (error) {
        return signal.aborted ? undefined : denied(`failed: ${(error as Error).message}`);
      }
    },
  };
}

async function toolOf(api: ExtensionApi, name: string): Promise<Tool | undefined> {
  return (await api.item(Tools, name)) as unknown as Tool | undefined;
}

async function checkedInput(tool: Tool, input: JsonObject): Promise<JsonObject> {
  const checked = tool.parse === undefined ? checkSchema(tool.inputSchema, input) : await tool.parse(input);
  if (checked.issues !== undefined)
    throw new Error(`it does not take the question (${describeIssues(checked.issues)})`);
  return checked.value as JsonObject;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 200); // which is no answer, as whoever reads it says
  }
}
