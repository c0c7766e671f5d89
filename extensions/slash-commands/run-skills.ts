import {
  type ContentBlock,
  type ContextItem,
  type ExtensionApi,
  type Session,
  SkillRunner,
  type SlashCommandOutcome,
} from 'tenon/plugin-api';
import type { AvailableSkill } from 'tenon/plugin-api/lib/invocable';
import { commandHead, expanded, gated } from './command-gates.ts';

/** A skill that the user typed. */
export interface SkillRun {
  readonly skill: AvailableSkill;
  readonly args: string;
}

/** Runs the skills that one message calls, in order; one that cannot run ends all. */
export async function runSkills(
  api: ExtensionApi,
  session: Session,
  typed: string,
  runs: readonly SkillRun[],
): Promise<SlashCommandOutcome> {
  const blocks: ContentBlock[] = [];
  const context: ContextItem[] = [];
  const answers: string[] = [];
  for (const [index, run] of runs.entries()) {
    const outcome = await runSkill(api, session, typed, run, index < runs.length - 1);
    if (outcome.isError === true) return outcome;
    blocks.push(...(outcome.blocks ?? []));
    context.push(...(outcome.context ?? []));
    if (outcome.output !== undefined) answers.push(outcome.output);
  }
  const output = answers.join('\n\n');
  if (blocks.length === 0) {
    remember(api, session, runs, output);
    return { output, context };
  }
  const said = output === '' ? [] : [{ type: 'text', text: output } as const];
  return { blocks: [...blocks, ...said], context };
}

async function runSkill(
  api: ExtensionApi,
  session: Session,
  typed: string,
  { skill, args }: SkillRun,
  more: boolean,
): Promise<SlashCommandOutcome> {
  const { name, origin, byUser } = skill;
  const call = { name, args, typed, origin: origin.plugin === undefined ? origin.kind : 'plugin' };
  return gated(api, session, call, async (given) => {
    if (!byUser) return { output: `/${name} is for the model alone.`, isError: true };
    if (!api.has(SkillRunner)) return { output: `/${name} cannot run: no extension runs skills here.`, isError: true };
    const runner = await api.use(SkillRunner);
    const about = { ...call, args: given };
    const { blocks, answer, refused, failed } = await runner.run(session, {
      name,
      args: given,
      by: 'user',
      more,
      async expand(text) {
        const shown = await expanded(api, session, about, text);
        if (shown.refused !== undefined) return shown;
        return { text: [shown.text, ...shown.context.map((item) => item.text)].join('\n\n') };
      },
    });
    if (refused !== undefined) return { output: refused, isError: true };
    if (failed !== undefined) return { output: `/${name} did not run: ${failed}`, isError: true };
    const [text, ...files] = blocks ?? [];
    if (text?.type !== 'text') return { output: answer ?? '' };
    const shown = await expanded(api, session, about, text.text);
    if (shown.refused !== undefined) return { output: shown.refused, isError: true };
    const head = { type: 'text', text: commandHead(name, given) } as const;
    return { blocks: [head, { type: 'text', text: shown.text }, ...files], context: shown.context };
  });
}

/** What a subagent answered belongs to the conversation, although the model was not asked. */
function remember(api: ExtensionApi, session: Session, runs: readonly SkillRun[], answer: string): void {
  const heads = runs.map(({ skill, args }) => commandHead(skill.name, args)).join('\n');
  const content = `${heads}\n<local-command-stdout>${answer}</local-command-stdout>`;
  session
    .send({ content, source: 'system', shouldQuery: false, expand: false })
    .catch((error: Error) => api.log.debug(`the model is not told of an answer: ${error.message}`));
}
