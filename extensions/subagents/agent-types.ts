import {
  type AgentDeclaration,
  type AgentDefinition,
  Agents,
  Permissions,
  type SessionRef,
  type SubagentType,
} from 'tenon/plugin-api';
import { agentOffers } from 'tenon/plugin-api/lib/agent-offers';
import { isPattern } from 'tenon/plugin-api/lib/name-pattern';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { builtInAgents } from './built-in-agents.ts';
import { builtInKinds } from './manifest.ts';
import type { Workbench } from './workbench.ts';

/** What a list of agents is made from, the strongest first. */
type Kind = Pick<AgentDeclaration, 'name' | 'description'> & Partial<AgentDeclaration> & { readonly model?: string };

/** Another name of `general-purpose`, which lists do not show. */
const CATCH_ALL = 'claude';

/** The agents that a session may start. */
export async function agentTypes(bench: Workbench, session: SessionRef): Promise<readonly SubagentType[]> {
  const usable: SubagentType[] = [];
  for (const kind of kindsOf(bench, agentOffers(session).own)) {
    if ((await whyNot(bench, session, kind.name)) !== undefined) continue;
    const { name, description, origin = { kind: 'bundled', trusted: true }, model } = kind;
    usable.push({ name, description, origin, ...(typeof model === 'string' && { model }) });
  }
  return usable;
}

/**
 * The agent of a type that a session may start.
 * @throws Error in words for a model when there is none, or a rule takes it away
 */
export async function agentOfType(bench: Workbench, session: SessionRef, type: string): Promise<AgentDefinition> {
  const found = await findAgent(bench, agentOffers(session).own, type);
  if (found === undefined) {
    const names = (await agentTypes(bench, session)).map(({ name }) => name);
    const near = nearest(type, names);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new Error(`There is no agent of the type ${JSON.stringify(type)}.${hint} There are: ${names.join(', ')}`);
  }
  const why = await whyNot(bench, session, found.name);
  if (why !== undefined) throw new Error(why);
  return found;
}

/** The definition of a name: of those given, of the point, or one that is always there. */
export async function findAgent(
  bench: Workbench,
  own: readonly AgentDefinition[],
  name: string,
): Promise<AgentDefinition | undefined> {
  const kinds = kindsOf(bench, own);
  const lower = name.toLowerCase();
  const meant = kinds.find((one) => one.name === name) ?? only(kinds.filter((one) => one.name.toLowerCase() === lower));
  const wanted = meant?.name ?? name;
  if (meant?.origin?.kind === 'managed') return bench.api.item(Agents, wanted);
  const mine = own.find((one) => one.name === wanted);
  if (mine !== undefined) return mine;
  const item = await bench.api.item(Agents, wanted);
  if (item !== undefined) return item;
  const builtIn = builtInAgents.find((one) => one.name === (wanted === CATCH_ALL ? 'general-purpose' : wanted));
  return builtIn && { ...builtIn, name: wanted };
}

/** The names of all agents. */
export function agentNames(bench: Workbench, own: readonly AgentDefinition[]): readonly string[] {
  return kindsOf(bench, own).map(({ name }) => name);
}

function kindsOf({ api }: Workbench, own: readonly AgentDefinition[]): readonly Kind[] {
  const declared = api.declared(Agents).filter(({ name }) => !isPattern(name)) as readonly Kind[];
  const managed = declared.filter(({ origin }) => origin?.kind === 'managed');
  const kinds = new Map<string, Kind>();
  for (const kind of [...managed, ...own, ...declared, ...builtInKinds]) {
    if (!kinds.has(kind.name)) kinds.set(kind.name, { ...kind, description: kind.description ?? '' });
  }
  return [...kinds.values()];
}

async function whyNot({ api }: Workbench, session: SessionRef, name: string): Promise<string | undefined> {
  const { only: chosen } = agentOffers(session);
  if (chosen !== undefined && !chosen.includes(name)) {
    return `Agents of the type ${name} may not be started here. These may: ${chosen.join(', ') || 'none'}`;
  }
  if (!api.has(Permissions) || !(await (await api.use(Permissions)).hidden(session, 'Agent', name))) return undefined;
  return `Agents of the type ${name} are denied by a permission rule`;
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}
