import { type ContentBlock, type ExtensionApi, type JsonObject, Models, type Session } from 'tenon/plugin-api';

/** Characters that make a token, about. */
const PER_TOKEN = 4;

/** How much of the model's context the conversation takes, by an estimate that asks nobody. */
export async function contextUsage(api: ExtensionApi, session: Session): Promise<JsonObject> {
  const parts = { user: 0, assistant: 0, calls: 0, results: 0, attachments: 0 };
  for (const { role, content } of session.history()) {
    if (typeof content === 'string') parts[role] += tokens(content);
    else for (const block of content) parts[kindOf(block, role)] += tokens(textOf(block));
  }
  const totalTokens = Object.values(parts).reduce((sum, one) => sum + one, 0);
  const provider = await api.item(Models, session.model);
  const maxTokens = provider?.info(session.model).contextWindow ?? 0;
  const free = Math.max(0, maxTokens - totalTokens);
  return {
    categories: [
      { id: 'messages', name: 'Messages', tokens: totalTokens, color: 'blue', kind: 'used' },
      { id: 'free', name: 'Free space', tokens: free, color: 'gray', kind: 'free' },
    ],
    totalTokens,
    maxTokens,
    rawMaxTokens: maxTokens,
    percentage: maxTokens === 0 ? 0 : Math.round((totalTokens / maxTokens) * 100),
    gridRows: [],
    model: session.model,
    memoryFiles: [],
    mcpTools: [],
    agents: [],
    isAutoCompactEnabled: false,
    messageBreakdown: {
      toolCallTokens: parts.calls,
      toolResultTokens: parts.results,
      attachmentTokens: parts.attachments,
      assistantMessageTokens: parts.assistant,
      userMessageTokens: parts.user,
      redirectedContextTokens: 0,
      unattributedTokens: 0,
      toolCallsByType: [],
      attachmentsByType: [],
    },
    apiUsage: null,
  };
}

type Kind = 'user' | 'assistant' | 'calls' | 'results' | 'attachments';

function kindOf({ type }: ContentBlock, role: 'user' | 'assistant'): Kind {
  if (type === 'tool_use' || type === 'server_tool_use') return 'calls';
  if (type === 'tool_result' || type === 'web_search_tool_result') return 'results';
  return type === 'image' || type === 'document' ? 'attachments' : role;
}

/** What a model reads of a block; pictures and documents by a usual size. */
function textOf(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'thinking':
      return block.thinking;
    case 'tool_use':
      return block.name + JSON.stringify(block.input);
    case 'tool_result':
      if (block.content === undefined || typeof block.content === 'string') return block.content ?? '';
      return block.content.map(textOf).join('');
    case 'image':
    case 'document':
      return ' '.repeat(1_500 * PER_TOKEN);
    default:
      return JSON.stringify(block);
  }
}

function tokens(text: string): number {
  return Math.ceil(text.length / PER_TOKEN);
}
