import { type AgentDeclaration, Agents, Permissions, type ToolDeclaration } from 'tenon/plugin-api';
import { agentOffers } from 'tenon/plugin-api/lib/agent-offers';
import { isPattern } from 'tenon/plugin-api/lib/name-pattern';
import type { LoopSession } from './session.ts';

/** Characters of one description, and of all of them. */
const DESCRIPTION = 400;
const DESCRIPTIONS = 6_000;
/** Characters of the names that have no description any more. */
const NAMES = 2_000;

/** An agent that a call may start. */
export type AgentKind = Pick<AgentDeclaration, 'name' | 'description'>;

/**
 * The agents that a tool may start in a session, from declared data: its own, those of the point, and those that come with
 * the tool; without those that a rule takes away.
 */
export async function agentKinds(
  session: LoopSession,
  tool: string,
  builtIn: NonNullable<ToolDeclaration['agents']>,
): Promise<readonly AgentKind[]> {
  const { api } = session.world;
  const { own, only } = agentOffers(session);
  const kinds = new Map<string, AgentKind>();
  const declared = api
    .declared(Agents)
    .filter(({ name }) => !isPattern(name))
    .map((item) => ({ description: '', ...item }) as AgentKind & { readonly origin?: AgentDeclaration['origin'] });
  const managed = declared.filter(({ origin }) => origin?.kind === 'managed');
  for (const kind of [...managed, ...own, ...declared, ...builtIn]) {
    if (!kinds.has(kind.name)) kinds.set(kind.name, kind);
  }
  const permissions = await api.use(Permissions);
  const usable: AgentKind[] = [];
  for (const kind of kinds.values()) {
    if (only !== undefined && !only.includes(kind.name)) continue;
    if (!(await permissions.hidden(session, tool, kind.name))) usable.push(kind);
  }
  return usable;
}

/** A description with the agents there are: as many as a request should carry, and the names of others. */
export function withKinds(description: string, kinds: readonly AgentKind[]): string {
  let left = DESCRIPTIONS;
  const lines: string[] = [];
  const rest: string[] = [];
  for (const kind of kinds) {
    const text = kind.description.replace(/\s+/g, ' ').trim();
    const line = `- ${kind.name}: ${text.length > DESCRIPTION ? `${text.slice(0, DESCRIPTION - 1)}…` : text}`;
    if (rest.length > 0 || line.length > left) rest.push(kind.name);
    else {
      left -= line.length;
      lines.push(line);
    }
  }
  if (rest.length > 0) {
    const names = rest.join(', ');
    lines.push(`- also: ${names.length > NAMES ? `${names.slice(0, NAMES)} …` : names}`);
  }
  return `${description}\n${lines.join('\n')}`;
}
