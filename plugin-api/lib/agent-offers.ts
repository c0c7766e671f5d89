import type { AgentDefinition } from '../points/agents.ts';
import type { SessionRef } from '../session.ts';

/** What a session and its subagents know about agents beside the point `agents`. */
export interface AgentOffers {
  /** Agents of this session alone; they come before those of the point, unless these are managed. */
  own: readonly AgentDefinition[];
  /** Only these types may be started. */
  only?: readonly string[];
  /** The type that the conversation itself has (`--agent`). */
  main?: string;
}

/** The object is live, and the same for a session and its subagents. */
export function agentOffers(session: SessionRef): AgentOffers {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  return root.state<AgentOffers>('agents.offers', () => ({ own: [] }));
}
