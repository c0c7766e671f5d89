import {
  type ExtensionApi,
  type JsonObject,
  Loop,
  type Skill,
  type SkillRunner,
  Skills,
  type Tool,
} from 'tenon/plugin-api';
import { availableSkills, findSkill } from 'tenon/plugin-api/lib/invocable';
import { checkSchema } from 'tenon/plugin-api/lib/json-schema';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { skillTool as declaration } from './manifest.ts';

interface SkillInput extends JsonObject {
  readonly skill: string;
  readonly args?: string;
}
/** What hooks, transcripts and callers see. */
interface SkillOutput {
  readonly success: boolean;
  readonly commandName: string;
  readonly status: 'inline' | 'forked';
}

/** Loads a skill for the model. */
export function skillTool(api: ExtensionApi, runner: SkillRunner): Tool<SkillInput, SkillOutput> {
  // what a skill would be allowed is known only when its item is there, which the claims cannot wait for
  const harmless = new WeakSet<object>();
  const { name, description, inputSchema } = declaration;
  return {
    name,
    description,
    inputSchema,
    async parse(input) {
      const checked = checkSchema(inputSchema, input);
      if (checked.issues !== undefined) return checked;
      const value = { ...(checked.value as SkillInput) };
      const skills = availableSkills(api).filter(({ byModel }) => byModel);
      const known = findSkill(skills, value.skill);
      if (known === undefined) return { issues: [{ path: ['skill'], message: unknown(value.skill, skills) }] };
      const given = { ...value, skill: known.name };
      const skill = await api.item(Skills, known.name);
      if (skill !== undefined && asksNothing(skill)) harmless.add(given);
      return { value: given };
    },
    readOnly: (input) => harmless.has(input),
    async run({ skill, args = '' }, { session: { id }, id: toolUseId }) {
      const session = (await api.use(Loop)).get(id);
      if (session === undefined) return { content: 'The session is closed.', isError: true };
      const { blocks, answer, failed } = await runner.run(session, { name: skill, args, by: 'model', toolUseId });
      if (failed !== undefined) return { content: `The skill ${skill} did not run: ${failed}`, isError: true };
      if (blocks === undefined) {
        return { content: answer ?? '', output: { success: true, commandName: skill, status: 'forked' } };
      }
      const head = { type: 'text', text: `The skill ${skill} is loaded. Follow it now:` } as const;
      const content = [head, ...blocks].filter(
        (block) => block.type === 'text' || block.type === 'image' || block.type === 'document',
      );
      return { content, output: { success: true, commandName: skill, status: 'inline' } };
    },
  };
}

/**
 * True for a skill that gives no permission and has no hooks. In a subagent it can do no more than that: what the agent
 * calls is decided about, as it is for the tool Agent.
 */
function asksNothing({ allowedTools, hooks }: Skill): boolean {
  return (allowedTools === undefined || allowedTools.length === 0) && hooks === undefined;
}

function unknown(name: string, skills: readonly { readonly name: string }[]): string {
  const names = skills.map((one) => one.name);
  const near = nearest(name, names);
  if (near !== undefined) return `there is no skill ${JSON.stringify(name)}; did you mean ${near}?`;
  return `there is no skill ${JSON.stringify(name)}; there are: ${names.slice(0, 50).join(', ') || 'none'}`;
}
