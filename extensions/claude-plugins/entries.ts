import { join } from 'node:path';
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
import type { Part, Placed } from './discovery.ts';
import { present } from './fields.ts';
import { fullName, serverName } from './report.ts';
import { textOf } from './text.ts';
import { fillInServer } from './variables.ts';

/** The extension that a part of a setup becomes. Its manifest is data, its code is this program's own. */
export function entryOf(part: Part): Entry {
  const { id, version, description, path, after, bin, handlers } = part;
  const skills = part.skills.map((placed) => declaredSkill(part, placed));
  const agents = part.agents.map((placed) => declaredAgent(part, placed));
  const styles = part.styles.map((placed) => declaredStyle(part, placed));
  const mcpServers = serversOf(part, part.mcpServers);
  const lspServers = serversOf(part, part.lspServers);
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
    for (const [at, placed] of part.skills.entries()) api.add(Skills, skillItem(placed, skills[at]!, part));
    for (const [at, placed] of part.agents.entries()) api.add(Agents, agentItem(placed, agents[at]!, part));
    for (const [at, placed] of part.styles.entries()) api.add(OutputStyles, styleItem(placed, styles[at]!, part));
    for (const handler of handlers) api.add(HookHandlers, handler);
    for (const server of mcpServers) api.add(McpServers, server);
    for (const server of lspServers) api.add(LspServers, server);
    if (bin === undefined) return;
    const { sessionShell } = await import('tenon/plugin-api/lib/session-env');
    api.hooks.SessionStart.tap(({ session }) => void sessionShell(session).folders.add(bin));
  };
  return {
    manifest,
    // a project's folder is not `project`: the code is ours, and its texts take part without trust
    origin: { kind: 'user', ...present({ path }) },
    load: async () => ({ manifest, setup }) as never,
  };
}

function originOf({ origin, root }: Placed<unknown>, file: string | undefined): ComponentOrigin {
  return { ...origin, ...(file !== undefined && { file: join(root, file) }) };
}

function declaredSkill(part: Part, placed: Placed<SkillRecord>): SkillDeclaration {
  const { name, file, description, whenToUse, argumentHint, modelInvocable, userInvocable, command, paths } =
    placed.record;
  return present({
    name: fullName(part, name),
    description,
    whenToUse,
    argumentHint,
    arguments: placed.record.arguments,
    modelInvocable,
    userInvocable,
    command,
    paths,
    origin: originOf(placed, file),
  }) as SkillDeclaration;
}

function declaredAgent(part: Part, placed: Placed<AgentRecord>): AgentDeclaration {
  const { name, file, description, model } = placed.record;
  return present({
    name: fullName(part, name),
    description,
    model,
    origin: originOf(placed, file),
  }) as AgentDeclaration;
}

function declaredStyle(part: Part, placed: Placed<StyleRecord>): OutputStyleDeclaration {
  const { name, file, description, force } = placed.record;
  return present({
    name: fullName(part, name),
    description,
    force,
    origin: originOf(placed, file),
  }) as OutputStyleDeclaration;
}

function serversOf(part: Part, servers: Part['mcpServers']): readonly (McpServerDeclaration & LspServerDeclaration)[] {
  const { plugin } = part;
  return Object.entries(servers).map(([name, config]) => ({
    name: serverName(part, name),
    config: plugin === undefined ? config : fillInServer(config, plugin),
    origin: { kind: 'plugin', trusted: true, ...present({ plugin }) },
  }));
}

function skillItem(placed: Placed<SkillRecord>, declared: SkillDeclaration, part: Part): Skill {
  const { content, file, allowedTools, disallowedTools, model, effort, fork, agent, background, hooks, shell } =
    placed.record;
  return {
    ...declared,
    ...present({ allowedTools, disallowedTools, model, effort, fork, agent, background, hooks, shell }),
    ...(file !== undefined && { folder: join(placed.root, file, '..') }),
    body: async () => textOf(placed, file, content, part.plugin),
  };
}

function agentItem(placed: Placed<AgentRecord>, declared: AgentDeclaration, part: Part): AgentDefinition {
  const { name: _name, file, description: _description, ...fields } = placed.record;
  return {
    ...declared,
    ...withinReach(fields, placed.origin),
    prompt: async () => textOf(placed, file, undefined, part.plugin),
  };
}

/** What an agent may not choose for itself: a folder that is not trusted runs nothing, and no project loosens the mode. */
function withinReach(
  fields: Omit<AgentRecord, 'name' | 'file' | 'description'>,
  { kind, trusted }: Placed<unknown>['origin'],
): Omit<AgentRecord, 'name' | 'file' | 'description'> {
  const { hooks, mcpServers, permissionMode, ...rest } = fields;
  if (!trusted) return permissionMode === 'plan' ? { ...rest, permissionMode } : rest;
  const loose = kind === 'project' && (permissionMode === 'bypassPermissions' || permissionMode === 'auto');
  return { ...rest, ...present({ hooks, mcpServers, permissionMode: loose ? undefined : permissionMode }) };
}

function styleItem(placed: Placed<StyleRecord>, declared: OutputStyleDeclaration, part: Part): OutputStyle {
  const { file, keepCodingInstructions } = placed.record;
  return {
    ...declared,
    ...present({ keepCodingInstructions }),
    body: async () => textOf(placed, file, undefined, part.plugin),
  };
}
