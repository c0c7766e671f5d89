import {
  type AgentDefinition,
  Cli,
  type OpenOptions,
  type PermissionMode,
  type PreparedSession,
  type Session,
  UsageError,
} from 'tenon/plugin-api';
import { agentOffers } from 'tenon/plugin-api/lib/agent-offers';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { installHooks } from './agent-hooks.ts';
import { sayUnsupported, skillTexts } from './agent-settings.ts';
import { agentsOf } from './agent-spec.ts';
import { agentTypesIn, definesTool } from './agent-tools.ts';
import { agentNames, findAgent } from './agent-types.ts';
import { addOwn } from './own-agents.ts';
import type { Workbench } from './workbench.ts';

/**
 * Follows the options about agents of a session that is about to be opened.
 * @throws UsageError for definitions that make no sense, and for an agent that does not exist
 */
export async function prepareSession(bench: Workbench, wanted: OpenOptions): Promise<PreparedSession> {
  const { agents, mainAgent, ...options } = wanted;
  const own = agents === undefined ? [] : agentsOf(agents, '--agents', (text) => bench.api.log.warn(text));
  const definition = mainAgent === undefined ? undefined : await mainOf(bench, own, mainAgent);
  if (definition !== undefined) sayUnsupported(bench, definition);
  return {
    options: definition === undefined ? options : await asAgent(bench, options, definition),
    async opened(session) {
      if (own.length > 0) addOwn(session, own);
      if (definition !== undefined) await become(bench, session, definition);
    },
  };
}

async function mainOf(bench: Workbench, own: readonly AgentDefinition[], name: string): Promise<AgentDefinition> {
  const found = await findAgent(bench, own, name);
  if (found !== undefined) return found;
  const names = agentNames(bench, own);
  const near = nearest(name, names);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new UsageError(
    `--agent ${name} (or the setting \`agent\`): there is no such agent.${hint} There are: ${names.join(', ')}`,
  );
}

/** What the user says is stronger than the definition. */
async function asAgent(bench: Workbench, options: OpenOptions, definition: AgentDefinition): Promise<OpenOptions> {
  const { model, effort, maxTurns, initialPrompt } = definition;
  const texts = [await definition.prompt(), ...(await skillTexts(bench, definition))].map((text) => text.trim());
  const prompt = texts.filter((text) => text !== '').join('\n\n');
  const mode = await modeFor(bench, options, definition);
  const { offersItself } = options;
  const defined: Partial<OpenOptions> = {
    ...(prompt !== '' && { systemPrompt: prompt }),
    ...(model !== undefined && model !== 'inherit' && { model }),
    ...(effort !== undefined && { effort }),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(initialPrompt !== undefined && { initialPrompt }),
    ...(mode !== undefined && { permissionMode: mode }),
  };
  const said = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return {
    ...options,
    ...defined,
    ...said,
    offersItself: (name) => definesTool(definition, name) && offersItself?.(name) !== false,
  };
}

/** A definition from a folder that is not trusted loosens nothing, and flags are stronger than any. */
async function modeFor(
  { api }: Workbench,
  options: OpenOptions,
  { permissionMode, origin }: AgentDefinition,
): Promise<PermissionMode | undefined> {
  if (permissionMode === undefined || options.permissionMode !== undefined) return undefined;
  const flags = api.has(Cli) ? (await api.use(Cli)).invocation.flags : {};
  if (flags['permission-mode'] !== undefined || flags['dangerously-skip-permissions'] === true) return undefined;
  const strict = permissionMode === 'plan' || permissionMode === 'dontAsk' || permissionMode === 'default';
  if (strict) return permissionMode;
  const mayLoosen = origin.trusted && origin.kind !== 'plugin' && permissionMode !== 'bypassPermissions';
  return mayLoosen ? permissionMode : undefined;
}

async function become(bench: Workbench, session: Session, definition: AgentDefinition): Promise<void> {
  const offers = agentOffers(session);
  offers.main = definition.name;
  const only = agentTypesIn(definition.tools);
  if (only !== undefined) offers.only = only;
  const uninstall = await installHooks(bench, definition, session, true);
  bench.api.own(uninstall);
}
