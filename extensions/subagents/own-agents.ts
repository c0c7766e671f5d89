import type { AgentDefinition, JsonObject, SessionRef } from 'tenon/plugin-api';
import { agentOffers } from 'tenon/plugin-api/lib/agent-offers';
import { agentsOf } from './agent-spec.ts';
import type { Workbench } from './workbench.ts';

/**
 * Gives a session agents of its own; the function takes them back.
 * @throws UsageError that names the agent and the field
 */
export function ownAgents(bench: Workbench, session: SessionRef, agents: JsonObject): () => void {
  const added = agentsOf(agents, 'agents', (text) => bench.api.log.warn(text));
  addOwn(session, added);
  return () => {
    const offers = agentOffers(session);
    offers.own = offers.own.filter((one) => !added.includes(one));
  };
}

/** What comes later wins. */
export function addOwn(session: SessionRef, added: readonly AgentDefinition[]): void {
  const offers = agentOffers(session);
  const names = new Set(added.map(({ name }) => name));
  offers.own = [...added, ...offers.own.filter(({ name }) => !names.has(name))];
}
