import {
  Agents,
  type ContentBlock,
  type JsonObject,
  type JsonSchema,
  Permissions,
  Skills,
  type Tool,
  type ToolDeclaration,
  type ToolOffer,
  Tools,
} from 'tenon/plugin-api';
import { deferredTools } from 'tenon/plugin-api/lib/deferred-tools';
import { availableSkills } from 'tenon/plugin-api/lib/invocable';
import { isPattern } from 'tenon/plugin-api/lib/name-pattern';
import { toolName } from 'tenon/plugin-api/lib/tool-names';
import { agentKinds, withKinds } from './agent-kinds.ts';
import type { LoopSession } from './session.ts';
import { type LoopWorld, messageOf } from './world.ts';

/** The tools that a model may call for one prompt: those it is offered, and those that wait until they are found. */
export class ToolOffers {
  private readonly session: LoopSession;
  private offered: readonly ToolOffer[];
  private waiting: readonly ToolOffer[];
  private readonly own: Tool | undefined;
  /** The agents that calls may start, by name. */
  readonly agents: readonly string[];

  /** @param own a tool of this prompt alone, which is not in the point */
  constructor(
    session: LoopSession,
    offered: readonly ToolOffer[] = [],
    waiting: readonly ToolOffer[] = [],
    own?: Tool,
    agents: readonly string[] = [],
  ) {
    this.session = session;
    this.offered = offered;
    this.waiting = waiting;
    this.own = own;
    this.agents = agents;
    deferredTools(session).waiting = waiting;
  }

  /** What a request offers. */
  get list(): readonly ToolOffer[] {
    return this.offered;
  }

  get names(): readonly string[] {
    return [...this.offered, ...this.waiting].map(({ name }) => name);
  }

  /** Offers what was found since the last request, after everything else: earlier bytes stay. */
  reveal(): void {
    if (this.waiting.length === 0) return;
    const state = deferredTools(this.session);
    const found = [...state.found].flatMap((name) => this.waiting.find((offer) => offer.name === name) ?? []);
    if (found.length === 0) return;
    this.offered = [...this.offered, ...found];
    this.waiting = this.waiting.filter((offer) => !found.includes(offer));
    state.waiting = this.waiting;
  }

  /** The tool of a name, or of the name that it had before. A model that calls a tool which waits has found it. */
  async find(called: string): Promise<Tool | undefined> {
    if (called === this.own?.name) return this.own;
    const name = this.names.includes(called) ? called : toolName(called);
    if (this.waiting.some((offer) => offer.name === name)) deferredTools(this.session).found.add(name);
    else if (!this.offered.some((offer) => offer.name === name)) return undefined;
    return (await this.session.world.api.item(Tools, name)) as unknown as Tool<JsonObject> | undefined;
  }
}

/**
 * Finds what to offer: the tools of `only` (all without it; tools of MCP servers in any case), without those that a
 * permission rule takes away, and without those that wait until they are found. Offers that were made before keep their
 * places, so that a request begins with the same bytes as the one before it.
 */
export async function offerTools(session: LoopSession, own?: Tool): Promise<ToolOffers> {
  const { world, offers: before } = session;
  const only = session.options.tools;
  const permissions = await world.api.use(Permissions);
  const usable: Offerable[] = [];
  const agents: string[] = [];
  for (const one of await allTools(world)) {
    const { name } = one.offer;
    if (name === own?.name || !chosen(session, name) || session.options.offersItself?.(name) === false) continue;
    if (one.asksUser && session.surfaces.size === 0) continue;
    if (one.offeredWith !== undefined && !hasItems(world, one.offeredWith)) continue;
    try {
      if (await permissions.hidden(session, name)) continue;
    } catch (error) {
      world.api.log.error(`the tool ${name} is not offered: ${messageOf(error)}`);
      continue;
    }
    const kinds = one.agents && (await agentKinds(session, name, one.agents));
    // without any kind there is nothing to call it for
    if (kinds?.length === 0) continue;
    if (kinds === undefined) usable.push(one);
    else {
      agents.push(...kinds.map((kind) => kind.name));
      usable.push({ ...one, offer: { ...one.offer, description: withKinds(one.offer.description, kinds) } });
    }
  }
  const state = deferredTools(session);
  const defers = !state.off && usable.some(({ findsDeferred }) => findsDeferred);
  const late = usable.filter(({ deferred, offer }) => deferred && defers && only?.includes(offer.name) !== true);
  if (before.length === 0) for (const name of calledTools(session)) if (named(late, name)) state.found.add(name);
  const found = [...state.found].flatMap((name) => named(late, name) ?? []);
  const first = usable.filter((one) => !late.includes(one) && (!one.findsDeferred || late.length > 0));
  const waiting = late.filter((one) => !found.includes(one));
  return new ToolOffers(
    session,
    inOrder([...first, ...found].map(({ offer }) => offer).concat(own === undefined ? [] : [offerOf(own)]), before),
    waiting.map(({ offer }) => offer),
    own,
    agents,
  );
}

/** True when neither the session nor one above it leaves the tool out. */
function chosen({ options, parent }: LoopSession, name: string): boolean {
  const { tools, offersTool } = options;
  if (
    tools !== undefined &&
    !tools.some((one) => one === name || toolName(one) === name) &&
    !name.startsWith('mcp__')
  ) {
    return false;
  }
  return offersTool?.(name) !== false && (parent === undefined || chosen(parent, name));
}

function offerOf({ name, description, inputSchema }: Tool): ToolOffer {
  return { name, description, inputSchema };
}

/** A tool, and what decides whether it is offered. */
interface Offerable
  extends Pick<ToolDeclaration, 'deferred' | 'findsDeferred' | 'asksUser' | 'offeredWith' | 'agents'> {
  readonly offer: ToolOffer;
}

function named(list: readonly Offerable[], name: string): Offerable | undefined {
  return list.find(({ offer }) => offer.name === name);
}

/** A tool whose manifest holds its description and schema is offered without being loaded. */
async function allTools({ api }: LoopWorld): Promise<readonly Offerable[]> {
  const known = new Map<string, Offerable>();
  const load: ToolDeclaration[] = [];
  let open = false;
  const declared = api.declared(Tools).filter(({ name }) => {
    if (isPattern(name)) open = true;
    return !isPattern(name);
  });
  for (const item of declared) {
    const { name, description, inputSchema } = item;
    if (description !== undefined && typeof inputSchema === 'object' && inputSchema !== null) {
      known.set(name, { ...choices(item), offer: { name, description, inputSchema: inputSchema as JsonSchema } });
    } else load.push(item);
  }
  const add = (tool: Tool<never, unknown>, declaration: object = {}) => {
    const { name, description, inputSchema } = tool;
    const offer = { name, description, inputSchema };
    if (!known.has(name)) known.set(name, { ...choices(tool, declaration), offer });
  };
  for (const declaration of load) {
    const tool = await api.item(Tools, declaration.name);
    if (tool?.name === declaration.name) add(tool, declaration);
  }
  // names found at run time come in any order
  const found: string[] = [];
  if (open) {
    for (const tool of await api.items(Tools)) {
      if (!declared.some(({ name }) => name === tool.name)) found.push(tool.name);
      add(tool);
    }
  }
  return [...declared.map(({ name }) => name), ...found.sort()].flatMap((name) => known.get(name) ?? []);
}

/** What a tool or its declaration says of when it is offered. */
function choices(...sayers: readonly object[]) {
  const says = (field: keyof Offerable) =>
    sayers.some((one) => (one as Readonly<Record<string, unknown>>)[field] === true);
  const offeredWith = sayers.flatMap((one) => (one as Partial<Offerable>).offeredWith ?? []);
  const agents = sayers.map((one) => (one as Partial<Offerable>).agents).find((one) => one !== undefined);
  return {
    deferred: says('deferred'),
    findsDeferred: says('findsDeferred'),
    asksUser: says('asksUser'),
    ...(offeredWith.length > 0 && { offeredWith }),
    ...(agents !== undefined && { agents }),
  };
}

/** True when one of the points has something that a model may use. */
function hasItems({ api }: LoopWorld, points: readonly string[]): boolean {
  return points.some((id) => {
    if (id === Skills.id) return availableSkills(api).some(({ byModel }) => byModel);
    return id !== Agents.id || api.declared(Agents).some(({ modelInvocable }) => modelInvocable !== false);
  });
}

/** Tools that the conversation of a session that goes on has calls of. */
function calledTools(session: LoopSession): readonly string[] {
  const called = (content: string | readonly ContentBlock[]) =>
    typeof content === 'string' ? [] : content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []));
  return session.conversation.messages().flatMap(({ content }) => called(content));
}

function inOrder(offers: readonly ToolOffer[], before: readonly ToolOffer[]): readonly ToolOffer[] {
  if (before.length === 0) return offers;
  const kept = before.flatMap(({ name }) => offers.find((offer) => offer.name === name) ?? []);
  return [...kept, ...offers.filter(({ name }) => !kept.some((one) => one.name === name))];
}
