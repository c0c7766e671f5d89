import { type ExtensionApi, type JsonObject, Loop, type ToolContext } from 'tenon/plugin-api';

/** What the model gave a call as its input, before a user or a hook changed it; empty when it cannot be found. */
export async function calledInput(api: ExtensionApi, { id, session }: ToolContext): Promise<JsonObject> {
  const history = (await api.use(Loop)).get(session.id)?.history() ?? [];
  for (const { content } of history.toReversed()) {
    const call =
      typeof content === 'string' ? undefined : content.find((block) => block.type === 'tool_use' && block.id === id);
    if (call?.type === 'tool_use') return call.input as JsonObject;
  }
  return {};
}
