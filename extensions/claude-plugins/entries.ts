import { dirname } from 'node:path';
import {
  type AgentDeclaration,
  type AgentDefinition,
  Agents,
  type ComponentOrigin,
  type DeclaredItem,
  type Entry,
  type ExtensionApi,
  HookHandlers,
  type LspServerDeclaration,
  LspServers,
  type Manifest,
  type McpServerDeclaration,
  McpServers,
  type OutputStyle,
  type OutputStyleDeclaration,
  OutputStyles,
  type Skill,
  type SkillDeclaration,
  Skills,
} from 'tenon/plugin-api';
import type { AgentRecord, SkillRecord, StyleRecord } from './contents.ts';
import { present } from './fields.ts';
import { fullName, type Group, type Part, serverName } from './part.ts';
import { textOf } from './text.ts';
import { fillInAll, fillInServer } from './variables.ts';

/** The extension that a part of a setup becomes. Its manifest is data, its code is this program's own. */
export function entryOf(part: Part): Entry {
  const { id, version, description, path, after = [], bin, handlers = [], groups } = part;
  const skills = groups.flatMap((group) => group.skills.map((record) => declaredSkill(part, group, record)));
  const agents = groups.flatMap((group) => group.agents.map((record) => declaredAgent(part, group, record)));
  const styles = groups.flatMap((group) => group.styles.map((record) => declaredStyle(part, group, record)));
  const mcpServers = serversOf(part, part.mcpServers ?? {});
  const lspServers = serversOf(part, part.lspServers ?? {});
  const contributes = {
    [Skills.id]: skills,
    [Agents.id]: agents,
    [OutputStyles.id]: styles,
    [HookHandlers.id]: handlers.map(({ name, event }) => ({ name, event })),
    [McpServers.id]: mcpServers,
    [LspServers.id]: lspServers,
  };
  const manifest: Manifest = {
    id,
    version: version === '' ? 'unknown' : version,
    api: 1,
    description,
    ...(after.length > 0 && { after }),
    ...(bin !== undefined && { taps: ['SessionStart'] }),
    contributes: Object.fromEntries(
      Object.entries(contributes).filter(([, list]) => list.length > 0),
    ) as unknown as Readonly<Record<string, readonly DeclaredItem[]>>,
  };
  const setup = async (api: ExtensionApi) => {
    const next = { skill: 0, agent: 0, style: 0 };
    for (const group of groups) {
      for (const one of group.skills) api.add(Skills, skillItem(part, group, one, skills[next.skill++]!));
      for (const one of group.agents) api.add(Agents, agentItem(part, group, one, agents[next.agent++]!));
      for (const one of group.styles) api.add(OutputStyles, styleItem(part, group, one, styles[next.style++]!));
    }
    for (const handler of handlers) api.add(HookHandlers, handler);
    for (const server of mcpServers) api.add(McpServers, server);
    for (const server of lspServers) api.add(LspServers, server);
    if (bin === undefined) return;
    const { sessionShell } = await import('tenon/plugin-api/lib/session-env');
    api.hooks.SessionStart.tap(({ session }) => void sessionShell(session).folders.add(bin));
  };
  return {
    manifest,
    // the code is this program's own, whoever wrote the texts: those of a project take part without trust
    origin: { kind: 'bundled', ...present({ path }) },
    load: async () => ({ manifest, setup }) as never,
  };
}

// there may be thousands, and to normalize a path takes longer than all else about one
function originOf({ origin, root }: Group, file: string | undefined): ComponentOrigin {
  return file === undefined ? origin : { ...origin, file: `${root}/${file}` };
}

/** What menus and lists show of a skill. */
const SHOWN = [
  'whenToUse',
  'argumentHint',
  'arguments',
  'modelInvocable',
  'userInvocable',
  'command',
  'paths',
] as const satisfies readonly (keyof SkillRecord)[];

function declaredSkill(part: Part, group: Group, record: SkillRecord): SkillDeclaration {
  // with its owner it is listed as it is, and not copied
  const declared: Record<string, unknown> = {
    name: fullName(part, record.name),
    description: record.description,
    origin: originOf(group, record.file),
    owner: part.id,
  };
  for (const field of SHOWN) if (record[field] !== undefined) declared[field] = record[field];
  return declared as unknown as SkillDeclaration;
}

function declaredAgent(part: Part, group: Group, { name, file, description, model }: AgentRecord): AgentDeclaration {
  const declared = { name: fullName(part, name), description, origin: originOf(group, file) };
  return model === undefined ? declared : ({ ...declared, model } as AgentDeclaration);
}

function declaredStyle(part: Part, group: Group, record: StyleRecord): OutputStyleDeclaration {
  const { name, file, description, force } = record;
  return { name: fullName(part, name), description, origin: originOf(group, file), ...(force && { force }) };
}

function serversOf(
  part: Part,
  servers: NonNullable<Part['mcpServers']>,
): readonly (McpServerDeclaration & LspServerDeclaration)[] {
  const { plugin } = part;
  return Object.entries(servers).map(([name, config]) => ({
    name: serverName(part, name),
    config: plugin === undefined ? config : fillInServer(config, plugin),
    origin: { kind: 'plugin', trusted: true, ...present({ plugin }) },
  }));
}

function skillItem(part: Part, group: Group, record: SkillRecord, declared: SkillDeclaration): Skill {
  const { content, file, model, effort, fork, agent, background, hooks, shell } = record;
  const { plugin } = part;
  // only its folders: an answer of the user must not become part of a permission
  const rules = (list: readonly string[] | undefined) =>
    list === undefined || plugin === undefined ? list : fillInAll(list, { plugin, options: 'none' });
  const allowedTools = rules(record.allowedTools);
  const disallowedTools = rules(record.disallowedTools);
  return {
    ...declared,
    ...present({ allowedTools, disallowedTools, model, effort, fork, agent, background, hooks, shell }),
    ...(file !== undefined && { folder: dirname(`${group.root}/${file}`) }),
    body: async () => textOf(group, file, content, plugin),
  };
}

function agentItem(part: Part, group: Group, record: AgentRecord, declared: AgentDeclaration): AgentDefinition {
  const { name: _name, file, description: _description, ...fields } = record;
  const prompt = async () => textOf(group, file, undefined, part.plugin);
  return { ...declared, ...withinReach(fields, group.origin), prompt };
}

type AgentFields = Omit<AgentRecord, 'name' | 'file' | 'description'>;

/** What an agent may not choose for itself: a folder that is not trusted runs nothing, and no project loosens the mode. */
function withinReach(fields: AgentFields, { kind, trusted }: ComponentOrigin): AgentFields {
  const { hooks, mcpServers, permissionMode, ...rest } = fields;
  if (!trusted) return permissionMode === 'plan' ? { ...rest, permissionMode } : rest;
  const loose = kind === 'project' && (permissionMode === 'bypassPermissions' || permissionMode === 'auto');
  return { ...rest, ...present({ hooks, mcpServers, permissionMode: loose ? undefined : permissionMode }) };
}

function styleItem(part: Part, group: Group, record: StyleRecord, declared: OutputStyleDeclaration): OutputStyle {
  const { file, keepCodingInstructions } = record;
  const body = async () => textOf(group, file, undefined, part.plugin);
  return { ...declared, ...present({ keepCodingInstructions }), body };
}
