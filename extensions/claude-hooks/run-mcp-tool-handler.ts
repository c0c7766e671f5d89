import { type JsonObject, type McpToolHandler, type Tool, type ToolResult, Tools, textOf } from 'tenon/plugin-api';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import type { Ran } from './answer.ts';
import { isObject } from './answer.ts';
import type { HandlerRun, Workbench } from './handler-run.ts';

/** Calls a tool of a connected server; its text is read like the output of a command. @throws Error */
export async function runMcpToolHandler({ api }: Workbench, run: HandlerRun<McpToolHandler>): Promise<Ran> {
  const { handler, input, session, signal } = run;
  if (session === undefined) throw new Error('tools of servers need a session, and there is none here');
  const name = `mcp__${plain(handler.server)}__${plain(handler.tool)}`;
  const tool = (await api.item(Tools, name)) as Tool | undefined;
  if (tool === undefined)
    throw new Error(`the server ${handler.server} is not connected, or has no tool ${handler.tool}`);
  const given = filled(handler.input ?? {}, input) as JsonObject;
  const parsed = tool.parse === undefined ? { value: given } : await tool.parse(given);
  if (parsed.issues !== undefined) {
    throw new Error(`${name} does not take this input: ${parsed.issues.map(({ message }) => message).join('; ')}`);
  }
  const result = await tool.run(parsed.value as JsonObject, {
    session,
    id: `hook_${randomUuid()}`,
    signal,
    progress: () => undefined,
  });
  const whole: ToolResult = typeof result === 'string' ? { content: result } : result;
  const text = textOf(whole.content);
  if (whole.isError === true) throw new Error(`${name} failed: ${text.slice(0, 500)}`);
  return { stdout: text, stderr: '' };
}

/** Servers of plugins are called `plugin:acme:db`, their tools `mcp__plugin_acme_db__query`. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_');
}

/** Puts fields of the event's input into texts: `${tool_input.file_path}`. */
function filled(value: unknown, input: JsonObject): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][\w.]*)\}/g, (_, path: string) => {
      let at: unknown = input;
      for (const name of path.split('.')) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
      if (at === undefined || at === null) return '';
      return typeof at === 'object' ? JSON.stringify(at) : String(at);
    });
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, input));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, input)]));
}
