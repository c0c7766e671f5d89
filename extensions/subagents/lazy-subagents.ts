import { type Disposable, disposable, type Subagents } from 'tenon/plugin-api';
import { ownAgents } from './own-agents.ts';
import type { Workbench } from './workbench.ts';

/** The service `subagents@1`, whose code is loaded with its first use. */
export function lazySubagents(bench: Workbench): Subagents {
  return {
    run: async (request) => (await import('./run-agent.ts')).runAgent(bench, request),
    send: async (session, to, message, toolUseId) =>
      (await import('./send-message.ts')).sendMessage(bench, session, to, message, toolUseId),
    list: async (session) => (await import('./agent-types.ts')).agentTypes(bench, session),
    define: (session, agents): Disposable => {
      const added = ownAgents(bench, session, agents);
      return disposable(added);
    },
    prepare: async (options) => (await import('./main-agent.ts')).prepareSession(bench, options),
  };
}
