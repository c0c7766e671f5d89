import {
  type JsonObject,
  type JsonSchema,
  Permissions,
  type SessionRef,
  type Tool,
  type ToolOffer,
  Tools,
} from 'tenon/plugin-api';
import { isPattern } from 'tenon/plugin-api/lib/name-pattern';
import { type LoopWorld, messageOf } from './world.ts';

/** The tools that a model is offered for one prompt. */
export class ToolOffers {
  readonly list: readonly ToolOffer[];
  private readonly world: LoopWorld;

  constructor(world: LoopWorld, list: readonly ToolOffer[]) {
    this.world = world;
    this.list = list;
  }

  get names(): readonly string[] {
    return this.list.map(({ name }) => name);
  }

  /** The tool of a name that was offered. */
  async find(name: string): Promise<Tool | undefined> {
    if (!this.list.some((offer) => offer.name === name)) return undefined;
    return (await this.world.api.item(Tools, name)) as unknown as Tool<JsonObject> | undefined;
  }
}

/**
 * Finds what to offer: the tools of `only` (all without it; tools of MCP servers in any case), without those that a
 * permission rule takes away. Offers that were made `before` keep their places, so that a request begins with the same
 * bytes as the one before it.
 */
export async function offerTools(
  world: LoopWorld,
  session: SessionRef,
  only: readonly string[] | undefined,
  before: readonly ToolOffer[],
): Promise<ToolOffers> {
  const permissions = await world.api.use(Permissions);
  const offered: ToolOffer[] = [];
  for (const offer of inOrder(await allOffers(world), before)) {
    if (only !== undefined && !only.includes(offer.name) && !offer.name.startsWith('mcp__')) continue;
    try {
      if (await permissions.hidden(session, offer.name)) continue;
    } catch (error) {
      world.api.log.error(`the tool ${offer.name} is not offered: ${messageOf(error)}`);
      continue;
    }
    offered.push(offer);
  }
  return new ToolOffers(world, offered);
}

/** A tool whose manifest holds its description and schema is offered without being loaded. */
async function allOffers({ api }: LoopWorld): Promise<readonly ToolOffer[]> {
  const offers = new Map<string, ToolOffer>();
  const order: string[] = [];
  let loads = false;
  for (const { name, description, inputSchema } of api.declared(Tools)) {
    if (isPattern(name)) {
      loads = true;
      continue;
    }
    order.push(name);
    if (description !== undefined && typeof inputSchema === 'object' && inputSchema !== null) {
      offers.set(name, { name, description, inputSchema: inputSchema as JsonSchema });
    } else loads = true;
  }
  const found: string[] = [];
  if (loads) {
    for (const { name, description, inputSchema } of await api.items(Tools)) {
      if (offers.has(name)) continue;
      offers.set(name, { name, description, inputSchema });
      if (!order.includes(name)) found.push(name);
    }
  }
  // names found at run time come in any order
  return [...order, ...found.sort()].flatMap((name) => offers.get(name) ?? []);
}

function inOrder(offers: readonly ToolOffer[], before: readonly ToolOffer[]): readonly ToolOffer[] {
  if (before.length === 0) return offers;
  const kept = before.flatMap(({ name }) => offers.find((offer) => offer.name === name) ?? []);
  return [...kept, ...offers.filter(({ name }) => !kept.some((one) => one.name === name))];
}
