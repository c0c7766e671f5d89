import type { RequestBody } from '../fixtures/model-server/server.mjs';

/** What an API would refuse, or what shows that something was lost or told twice. */
export function conversationProblems(messages: NonNullable<RequestBody['messages']>): string[] {
  const problems: string[] = [];
  const calls = new Set<unknown>();
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== (index % 2 === 0 ? 'user' : 'assistant')) problems.push(`message ${index} is of role ${role}`);
    const results = content.filter(({ type }) => type === 'tool_result').map(({ tool_use_id }) => tool_use_id);
    const before = messages[index - 1]?.content.filter(({ type }) => type === 'tool_use').map(({ id }) => id) ?? [];
    if (role === 'user' && before.join() !== results.join()) {
      problems.push(`message ${index} has results of [${results}], the calls before it are [${before}]`);
    }
    for (const { type, id } of content) {
      if (type !== 'tool_use') continue;
      if (calls.has(id)) problems.push(`the call ${String(id)} is there twice`);
      calls.add(id);
    }
  }
  if (messages.at(-1)?.role !== 'user') problems.push('the last message is not of the user');
  return problems;
}
