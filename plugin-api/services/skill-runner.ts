import type { ContentBlock } from '../message.ts';
import { service } from '../service.ts';
import type { Session } from './loop.ts';

/** How a skill is called. */
export interface SkillCall {
  /** As it is declared in the point `skills`. */
  readonly name: string;
  /** Everything after the name, as typed. */
  readonly args: string;
  readonly by: 'user' | 'model';
  /** The model's call of the tool. */
  readonly toolUseId?: string;
  /** More skills come after it for the same arguments: they are not repeated after a text that does not use them. */
  readonly more?: boolean;
  /** Shown the text of a skill that runs in a subagent before it does; gives the text in its place, or why it must not run. */
  readonly expand?: (text: string) => Promise<{ readonly text: string } | { readonly refused: string }>;
}

/** What a skill gives. */
export interface SkillOutcome {
  /** Its text, filled in, and the files that it names. Absent when it failed or ran elsewhere. */
  readonly blocks?: readonly ContentBlock[];
  /** The answer of the subagent that it ran in. */
  readonly answer?: string;
  /** `expand` did not let it run, with these words. */
  readonly refused?: string;
  /** Why it did not run, for the user or the model. */
  readonly failed?: string;
}

/**
 * Runs skills: fills in their text, runs the commands embedded in it, and lets the prompt that is being answered follow
 * their model, effort and rules.
 */
export interface SkillRunner {
  /** What goes wrong stands in the outcome. Must be called while the session answers a prompt. */
  run(session: Session, call: SkillCall): Promise<SkillOutcome>;
}

/** Running skills. */
export const SkillRunner = service<SkillRunner>('skill-runner@1');
