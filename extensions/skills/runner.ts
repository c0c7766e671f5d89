import {
  Config,
  type ExtensionApi,
  Host,
  type Session,
  type Skill,
  type SkillCall,
  type SkillOutcome,
  type SkillRunner,
  Skills,
  Subagents,
} from 'tenon/plugin-api';
import { includedFiles, mentionsIn } from 'tenon/plugin-api/lib/file-mentions';
import { availableSkills, findSkill } from 'tenon/plugin-api/lib/invocable';
import { embeddedShell } from './embedded-shell.ts';
import { fillIn, fillInRule, SkillFailure } from './fill-in.ts';
import { registerHooks } from './skill-hooks.ts';

/** The type of the subagent that a skill runs in which names none. */
const FORK_AGENT = 'general-purpose';

/** Makes the service. */
export function createRunner(api: ExtensionApi): SkillRunner {
  return {
    async run(session, call) {
      try {
        return await runSkill(api, session, call);
      } catch (error) {
        if (session.signal.aborted) throw error;
        return { failed: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

async function runSkill(api: ExtensionApi, session: Session, call: SkillCall): Promise<SkillOutcome> {
  const known = findSkill(availableSkills(api), call.name);
  if (known === undefined) throw new SkillFailure(`there is no skill ${call.name} here`);
  if (call.by === 'model' && !known.byModel) throw new SkillFailure('only the user may run it');
  const skill = await api.item(Skills, known.name);
  if (skill === undefined) throw new SkillFailure(`its extension did not start; tenon doctor says why`);
  const { trusted } = skill.origin;
  await adapt(api, session, skill);
  const shell = embeddedShell(session, skill, shellOff(api, skill), (why) => {
    warnOnce(api, session, `commands in the text of the skill ${skill.name} were not run: ${why}`);
  });
  const body = (await skill.body()).replace(/^(?:[ \t]*\r?\n)+/, '');
  const filled = await fillIn(body, { skill, args: call.args, session, shell, more: call.more === true });
  const text =
    skill.folder === undefined || skill.command ? filled : `Files of this skill are in: ${skill.folder}\n\n${filled}`;
  const mentions = mentionsIn(call.by === 'user' ? `${body}\n${call.args}` : body);
  const { home } = await api.use(Host);
  const files = mentions.length === 0 ? [] : await includedFiles(session, home, mentions);
  if (skill.hooks !== undefined && trusted) await registerHooks(api, session, skill);
  if (skill.fork !== true) return { blocks: [{ type: 'text', text }, ...files] };
  const texts = files.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  const shown = call.expand === undefined ? { text } : await call.expand(text);
  if ('refused' in shown) return { refused: shown.refused };
  return forked(api, session, skill, call, [shown.text, ...texts].join('\n\n'));
}

/** What it wants of the prompt. A folder that is not trusted gives no permissions. */
async function adapt(api: ExtensionApi, session: Session, skill: Skill): Promise<void> {
  const { trusted } = skill.origin;
  const by = `the skill ${skill.name}`;
  const rules = (skill.allowedTools ?? []).map((rule) => fillInRule(rule, skill, session));
  const allow = trusted ? rules : [];
  const deny = skill.disallowedTools ?? [];
  if (!trusted && (rules.length > 0 || skill.hooks !== undefined)) {
    warnOnce(api, session, `${by} comes from a folder that is not trusted: its allowed-tools and hooks do not count`);
  }
  const own = skill.fork !== true;
  const model = own && skill.model !== 'inherit' ? skill.model : undefined;
  const effort = own ? skill.effort : undefined;
  if (allow.length + deny.length === 0 && model === undefined && effort === undefined) return;
  await session.adapt({
    by,
    allow,
    deny,
    ...(model !== undefined && { model }),
    ...(effort !== undefined && { effort }),
  });
}

function warnOnce(api: ExtensionApi, session: Session, message: string): void {
  const said = session.state('skills.said', () => new Set<string>());
  if (said.has(message)) return;
  said.add(message);
  api.log.warn(message);
}

/** Why the commands in the text of a skill are not run. */
function shellOff(api: ExtensionApi, { origin }: Skill): string | undefined {
  if (!origin.trusted) return 'the skill comes from a folder that is not trusted';
  const off = api.maybe(Config)?.get('disableSkillShellExecution') === true;
  if (!off || origin.kind === 'bundled' || origin.kind === 'managed') return undefined;
  return 'the setting disableSkillShellExecution is on';
}

async function forked(
  api: ExtensionApi,
  session: Session,
  skill: Skill,
  { toolUseId }: SkillCall,
  prompt: string,
): Promise<SkillOutcome> {
  const type = skill.agent ?? FORK_AGENT;
  if (!api.has(Subagents)) {
    throw new SkillFailure(
      `it runs in a subagent (${type}), and this distribution has none; add an extension that provides subagents@1`,
    );
  }
  const subagents = await api.use(Subagents);
  const result = await subagents.run({
    type,
    prompt,
    session,
    description: `/${skill.name}`,
    background: skill.background === true,
    ...(toolUseId !== undefined && { toolUseId }),
    ...(skill.model !== undefined && skill.model !== 'inherit' && { model: skill.model }),
    ...(skill.effort !== undefined && { effort: skill.effort }),
  });
  if (result.status === 'failed' || result.status === 'stopped') {
    throw new SkillFailure(`its subagent ${result.status === 'failed' ? 'failed' : 'was stopped'}: ${result.text}`);
  }
  if (result.status === 'completed') return { answer: result.text };
  return { answer: `${skill.name} is at work in the background, as the agent ${result.agentId}.` };
}
