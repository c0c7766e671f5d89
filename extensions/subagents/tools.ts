import type { Tool } from 'tenon/plugin-api';
import { agentTool, sendMessageTool } from './manifest.ts';
import type { AgentInput, AgentOutput } from './run-agent-tool.ts';
import type { Workbench } from './workbench.ts';

export interface SendMessageInput {
  readonly to: string;
  readonly message: string;
}

/** Starts an agent. It is no change by itself, whatever the agent does: its own calls are decided one by one. */
export function agentToolOf(bench: Workbench): Tool<AgentInput, AgentOutput> {
  const { name, description, inputSchema } = agentTool;
  return {
    name,
    description,
    inputSchema: {
      ...inputSchema,
      properties: { ...inputSchema.properties, effort: { type: 'string' } },
    },
    readOnly: () => true,
    run: async (input, context) => (await import('./run-agent-tool.ts')).runAgentTool(bench, input, context),
  };
}

/** Tells an agent something more. */
export function sendMessageToolOf(bench: Workbench): Tool<SendMessageInput> {
  const { name, description, inputSchema } = sendMessageTool;
  return {
    name,
    description,
    inputSchema,
    readOnly: () => true,
    async run({ to, message }, { session, id }) {
      const { sendMessage } = await import('./send-message.ts');
      const { how, agentId, agentType, outputFile } = await sendMessage(bench, session, to, message, id);
      const content =
        how === 'queued'
          ? `The agent ${agentId} (${agentType}) is at work; it reads the message before it goes on.`
          : `The agent ${agentId} (${agentType}) goes on in the background with all that it knows. Its report comes by itself.`;
      const output = { success: true, message: content, agentId, ...(outputFile !== undefined && { outputFile }) };
      return { content, output };
    },
  };
}
