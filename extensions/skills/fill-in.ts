import { dirname } from 'node:path';
import type { Session, Skill } from 'tenon/plugin-api';
import { type BodyPart, type BodyVariable, bodyParts, usesArguments } from './body-parts.ts';
import { wordsOf } from './words.ts';

/** What runs the commands of a text: what they print, or why they may not run at all. */
export interface Shell {
  /** @throws SkillFailure when the command may not run, or fails */
  run(command: string): Promise<string>;
}

/** Why a skill did not run, in words for the user or the model. */
export class SkillFailure extends Error {
  override readonly name = 'SkillFailure';
}

/** Commands that one text may run. */
const COMMANDS = 50;

/** The text of a skill with everything filled in. */
export async function fillIn(
  body: string,
  {
    skill,
    args,
    session,
    shell,
    more,
  }: {
    readonly skill: Skill;
    readonly args: string;
    readonly session: Session;
    readonly shell: Shell;
    /** Arguments that the text does not use are not added to it. */
    readonly more: boolean;
  },
): Promise<string> {
  const parts = bodyParts(body, skill.arguments);
  const words = wordsOf(args);
  const commands = parts.filter(({ kind }) => kind === 'command').length;
  if (commands > COMMANDS) {
    throw new SkillFailure(`it has ${commands} commands in its text; at most ${COMMANDS} are run`);
  }
  const plain = (part: BodyPart): string => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'argument':
        return part.index === undefined ? args : (words[part.index] ?? part.source);
      case 'named':
        return words[part.index] ?? '';
      case 'variable':
        return variable(part.name, skill, session);
      case 'command':
        return '';
    }
  };
  const texts: string[] = [];
  for (const part of parts) {
    texts.push(part.kind === 'command' ? await shell.run(part.parts.map(plain).join('')) : plain(part));
  }
  const text = texts.join('');
  if (args === '' || more || usesArguments(parts)) return text;
  return `${text.trimEnd()}\n\nARGUMENTS: ${args}`;
}

/** Fills the folders into a permission rule. */
export function fillInRule(rule: string, skill: Skill, session: Session): string {
  return rule.replace(/\$\{CLAUDE_(SKILL_DIR|PROJECT_DIR)\}/g, (_, name: BodyVariable) =>
    variable(name, skill, session),
  );
}

function variable(name: BodyVariable, skill: Skill, session: Session): string {
  switch (name) {
    case 'SESSION_ID':
      return session.id;
    case 'EFFORT':
      return skill.effort ?? session.effort ?? '';
    case 'SKILL_DIR':
      return skill.folder ?? (skill.origin.file === undefined ? session.root : dirname(skill.origin.file));
    case 'PROJECT_DIR':
      return session.root;
  }
}
