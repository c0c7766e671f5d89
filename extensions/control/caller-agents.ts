import type { AgentDefinition, JsonObject, PermissionMode } from 'tenon/plugin-api';
import { type Fields, isFields, textsOf } from './fields.ts';

/** Subagents that the client brings along. */
export type CallerAgents = readonly AgentDefinition[];

const modes = new Set(['default', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions']);

/** Reads `agents` of an `initialize` request: `{ name: { description, prompt, tools?, model?, … } }`. */
export function callerAgents(agents: unknown): CallerAgents {
  if (agents === undefined || agents === null) return [];
  if (!isFields(agents)) throw new Error('agents: expected an object with a definition for each name');
  return Object.entries(agents).map(([name, given]) => {
    if (!isFields(given)) throw new Error(`agents.${name}: expected an object`);
    const { description, prompt } = given;
    if (typeof description !== 'string') throw new Error(`agents.${name}.description: expected a text`);
    if (typeof prompt !== 'string') throw new Error(`agents.${name}.prompt: expected a text`);
    return {
      name,
      description,
      origin: { kind: 'caller', trusted: true },
      prompt: async () => prompt,
      ...choices(given),
    };
  });
}

function choices(given: Fields): Partial<AgentDefinition> {
  const { model, effort, permissionMode, maxTurns, memory, mcpServers, initialPrompt, color, hooks } = given;
  const tools = textsOf(given.tools);
  const disallowedTools = textsOf(given.disallowedTools);
  const skills = textsOf(given.skills);
  return {
    ...(tools !== undefined && { tools }),
    ...(disallowedTools !== undefined && { disallowedTools }),
    ...(skills !== undefined && { skills }),
    ...(typeof model === 'string' && { model }),
    ...(typeof effort === 'string' && { effort }),
    ...(typeof permissionMode === 'string' &&
      modes.has(permissionMode) && {
        permissionMode: permissionMode as PermissionMode,
      }),
    ...(typeof maxTurns === 'number' && maxTurns > 0 && { maxTurns }),
    ...((memory === 'user' || memory === 'project' || memory === 'local') && { memory }),
    ...(Array.isArray(mcpServers) && { mcpServers: mcpServers as readonly (string | JsonObject)[] }),
    ...(typeof initialPrompt === 'string' && { initialPrompt }),
    ...(typeof color === 'string' && { color }),
    ...(isFields(hooks) && { hooks }),
    ...(given.background === true && { background: true }),
    ...(given.isolation === 'worktree' && { isolation: 'worktree' as const }),
  };
}
