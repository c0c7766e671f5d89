import {
  Config,
  type ExtensionApi,
  Host,
  Loop,
  type Message,
  Models,
  Permissions,
  type SessionRef,
} from 'tenon/plugin-api';
import { type AvailableSkill, availableSkills } from 'tenon/plugin-api/lib/invocable';
import { type ListingLimits, listing } from './listing.ts';

const HEAD = 'Skills that the tool Skill loads, each for the work that it is said to be for:';
/** Characters of a description, where the settings say nothing else. */
const DESCRIPTION = 1_536;
/** The part of the context window that the list may take. */
const FRACTION = 0.01;
/** Tokens of a context window that nobody knows. */
const WINDOW = 200_000;
const CHARACTERS_A_TOKEN = 4;

/** What the model of a session was told. */
interface Told {
  readonly names: Set<string>;
  /** Skills of files that were touched. */
  readonly touched: Set<string>;
  /** Characters of the lists so far. */
  size: number;
}

/** What is known of a session's skills; the object is live. */
export function toldOf(session: SessionRef): Told {
  return session.state<Told>('skills.told', () => ({ names: new Set(), touched: new Set(), size: 0 }));
}

/** The conversation began anew: the model knows nothing any more. */
export function forgetTold(session: SessionRef): void {
  const told = toldOf(session);
  told.names.clear();
  told.size = 0;
}

/** The text that names the skills which the model was not told of yet; `undefined` when it knows them all. */
export async function announcement(api: ExtensionApi, session: SessionRef): Promise<string | undefined> {
  const told = toldOf(session);
  const usable = availableSkills(api).filter(
    ({ name, byModel, paths }) =>
      byModel && !told.names.has(name) && (paths === undefined || paths.length === 0 || told.touched.has(name)),
  );
  if (usable.length === 0) return undefined;
  if (told.names.size === 0) {
    for (const name of namesIn(api.maybe(Loop)?.get(session.id)?.history() ?? [])) told.names.add(name);
  }
  const fresh = await permitted(
    api,
    session,
    usable.filter(({ name }) => !told.names.has(name)),
  );
  // also those that do not fit or may not be used: they are looked at once
  for (const { name } of usable) told.names.add(name);
  if (fresh.length === 0) return undefined;
  const { description, total } = await limitsOf(api, session);
  const lines = listing(fresh, { description, total: Math.max(0, total - told.size) });
  told.size += lines.join('\n').length;
  return `<system-reminder>\n${[HEAD, ...lines].join('\n').replaceAll('</system-reminder>', '<\\/system-reminder>')}\n</system-reminder>`;
}

async function permitted(
  api: ExtensionApi,
  session: SessionRef,
  skills: readonly AvailableSkill[],
): Promise<readonly AvailableSkill[]> {
  if (!api.has(Permissions)) return skills;
  const permissions = await api.use(Permissions);
  const kinds = skills.flatMap(({ name }) => [name, `${name} *`]);
  const hidden = await permissions.hiddenKinds?.(session, 'Skill', kinds);
  if (hidden === undefined || hidden.size === 0) return skills;
  return skills.filter(({ name }) => !hidden.has(name) && !hidden.has(`${name} *`));
}

async function limitsOf(api: ExtensionApi, session: SessionRef): Promise<ListingLimits> {
  const config = api.maybe(Config);
  const { env } = await api.use(Host);
  const description = positive(config?.get('skillListingMaxDescChars')) ?? DESCRIPTION;
  const given = positive(Number(env.SLASH_COMMAND_TOOL_CHAR_BUDGET));
  if (given !== undefined) return { description, total: given };
  const fraction = Math.min(1, positive(config?.get('skillListingBudgetFraction')) ?? FRACTION);
  return { description, total: Math.floor((await windowOf(api, session)) * fraction * CHARACTERS_A_TOKEN) };
}

async function windowOf(api: ExtensionApi, session: SessionRef): Promise<number> {
  const model = api.maybe(Loop)?.get(session.id)?.model;
  if (model === undefined) return WINDOW;
  try {
    return (await api.item(Models, model))?.info(model).contextWindow || WINDOW;
  } catch {
    return WINDOW; // the provider does not know the model
  }
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** The names in the lists of a conversation that goes on. */
function namesIn(history: readonly Message[]): readonly string[] {
  const texts = history.flatMap(({ role, content }) => {
    if (role !== 'user') return [];
    return typeof content === 'string' ? [content] : content.flatMap((one) => (one.type === 'text' ? [one.text] : []));
  });
  return texts
    .filter((text) => text.startsWith(`<system-reminder>\n${HEAD}`))
    .flatMap((text) => [...text.matchAll(/^- (\S+?)(?::\s.*)?$/gm)].map(([, name]) => name!));
}
