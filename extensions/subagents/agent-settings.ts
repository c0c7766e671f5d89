import { type AgentDefinition, Cli, type PermissionMode, type SessionRef, Skills } from 'tenon/plugin-api';
import type { Workbench } from './workbench.ts';

const SKILL_FOLDER = /\$\{CLAUDE_SKILL_DIR\}/g;

/** The model of an agent; `undefined`: that of its session. The documented order: the variable, the call, the definition. */
export function modelOf(
  { host }: Workbench,
  asked: string | undefined,
  definition: Pick<AgentDefinition, 'model'>,
): string | undefined {
  const chosen = host.env.CLAUDE_CODE_SUBAGENT_MODEL?.trim() || asked || definition.model;
  return chosen === undefined || chosen === 'inherit' ? undefined : chosen;
}

/**
 * The permission mode of an agent; `undefined`: it follows its session. A definition may make it stricter, never looser
 * than the session.
 */
export function modeOf(session: SessionRef, { permissionMode }: AgentDefinition): PermissionMode | undefined {
  const strict = permissionMode === 'plan' || permissionMode === 'dontAsk';
  const follows = session.permissionMode === 'plan' || session.permissionMode === 'dontAsk';
  return strict && !follows ? permissionMode : undefined;
}

/** `--append-subagent-system-prompt`. */
export async function appendedPrompt({ api }: Workbench): Promise<string | undefined> {
  const given = api.has(Cli) ? (await api.use(Cli)).invocation.flags['append-subagent-system-prompt'] : undefined;
  return typeof given === 'string' && given.trim() !== '' ? given : undefined;
}

/** The texts of the skills that an agent begins with. One that is not there is said and left out. */
export async function skillTexts(
  { api }: Workbench,
  { name: agent, skills = [] }: AgentDefinition,
): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const name of skills) {
    try {
      const skill = await api.item(Skills, name);
      if (skill === undefined) {
        api.log.warn(`agent ${agent}: there is no skill ${JSON.stringify(name)}, so it begins without it`);
        continue;
      }
      const body = await skill.body();
      const text = skill.folder === undefined ? body : body.replace(SKILL_FOLDER, () => skill.folder!);
      texts.push(`The skill ${name}${skill.folder === undefined ? '' : ` (its folder: ${skill.folder})`}:\n\n${text}`);
    } catch (error) {
      api.log.warn(`agent ${agent}: the skill ${name} could not be read: ${(error as Error).message}`);
    }
  }
  return texts;
}

/** Says once what of a definition has no effect yet. */
export function sayUnsupported({ api }: Workbench, { name, mcpServers, memory }: AgentDefinition): void {
  if (mcpServers !== undefined) api.log.info(`agent ${name}: mcpServers of agents have no effect yet`);
  if (memory !== undefined) api.log.info(`agent ${name}: memory of agents has no effect yet`);
}
