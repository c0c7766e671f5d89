import type { Session, Skill, ToolRun } from 'tenon/plugin-api';
import { type Shell, SkillFailure } from './fill-in.ts';

/** Milliseconds that one command may take. */
const TIMEOUT = 120_000;

/**
 * What runs the commands in the text of a skill: the session's own shell, as a call of the tool of it. Only what the
 * rules allow unasked runs.
 * @param off why no command of the skill is run
 * @param onSkipped told of each that was not
 */
export function embeddedShell(
  session: Session,
  skill: Skill,
  off: string | undefined,
  onSkipped: (why: string) => void,
): Shell {
  const tool = skill.shell === 'powershell' ? 'PowerShell' : 'Bash';
  return {
    async run(command) {
      if (command.trim() === '') return '';
      if (off !== undefined) onSkipped(off);
      if (off !== undefined) return `[The command \`${oneLine(command)}\` was not run: ${off}]`;
      const ran = await session.runTool(tool, {
        command,
        timeout: TIMEOUT,
        description: `A command in the text of /${skill.name}`,
      });
      if (!ran.allowed)
        throw new SkillFailure(`the command \`${oneLine(command)}\` in its text may not run: ${textOf(ran)}`);
      if (ran.isError) throw new SkillFailure(`the command \`${oneLine(command)}\` in its text failed: ${textOf(ran)}`);
      return printed(command, ran);
    },
  };
}

function printed(command: string, ran: ToolRun): string {
  const { output } = ran;
  if (typeof output !== 'object' || output === null) return textOf(ran);
  const { stdout, stderr, backgroundTaskId } = output as Readonly<Record<string, unknown>>;
  if (backgroundTaskId !== undefined) {
    throw new SkillFailure(`the command \`${oneLine(command)}\` in its text took longer than ${TIMEOUT / 1000} s`);
  }
  const texts = [stdout, stderr].filter((text): text is string => typeof text === 'string' && text.trim() !== '');
  return texts.map((text) => text.trimEnd()).join('\n');
}

function textOf({ content }: ToolRun): string {
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function oneLine(command: string): string {
  const line = command.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
