import type { ComponentOrigin } from '../component.ts';
import type { JsonObject } from '../schema.ts';
import { point } from '../service.ts';

/**
 * What is known of a skill without reading its text. The data of a declaration and of an item are the same, so a list
 * of thousands of skills costs no file. Commands in files are skills too (`command: true`).
 */
export interface SkillDeclaration {
  /** What the user types after `/` and the model gives to the tool `Skill`: `deploy`, `acme:deploy`. */
  readonly name: string;
  /** What it is for; empty when nothing is said. */
  readonly description: string;
  readonly whenToUse?: string;
  readonly argumentHint?: string;
  /** Names of the arguments, for `$name` in the text. */
  readonly arguments?: readonly string[];
  /** Default: true. False: only the user may run it, and the model is not told of it. */
  readonly modelInvocable?: boolean;
  /** Default: true. False: it is no slash command. */
  readonly userInvocable?: boolean;
  /** It was written as a command file, not as a folder with instructions. */
  readonly command?: boolean;
  /** Globs of files; the model is told of the skill once it touches one of them. */
  readonly paths?: readonly string[];
  readonly origin: ComponentOrigin;
}

/** A skill. */
export interface Skill extends SkillDeclaration {
  /** Permission rules that hold for the turn that runs it. */
  readonly allowedTools?: readonly string[];
  /** Tools that are not offered until the next message of the user. */
  readonly disallowedTools?: readonly string[];
  /** Model and effort of the turn. */
  readonly model?: string;
  readonly effort?: string;
  /** Runs in a subagent of its own instead of the conversation. */
  readonly fork?: boolean;
  /** The type of that subagent; default `general-purpose`. */
  readonly agent?: string;
  readonly background?: boolean;
  /** Hook handlers that hold from its first run to the end of the session, as written (`{ Event: [...] }`). */
  readonly hooks?: JsonObject;
  /** What runs its embedded commands. Default: `bash`. */
  readonly shell?: 'bash' | 'powershell';
  /** The folder of its files: `${CLAUDE_SKILL_DIR}`. */
  readonly folder?: string;
  /**
   * Its text, read now. Variables of its plugin are filled in, arguments and the session's variables are not.
   * @throws Error that names the file when it cannot be read
   */
  body(): Promise<string>;
}

/** Skills, by the name that runs them. */
export const Skills = point<Skill>(
  'skills',
  (skill) => skill.name,
  (owner, name) => `${owner}:${name}`,
);
