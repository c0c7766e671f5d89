import type { Session } from 'tenon/plugin-api';

/** `/init`: a prompt to the model. */
export function init(args: string, session: Session) {
  const more = args.trim() === '' ? '' : `\n\nThe user adds: ${args.trim()}`;
  return {
    prompt: `Write the instruction file of this project, AGENTS.md in ${session.root}, for coding agents that will work here and know nothing of it.

1. If AGENTS.md or CLAUDE.md is there, improve that file instead: keep what is right, correct what is not, add what is missing. Look at README, CONTRIBUTING, CI files and rules of other tools too.
2. Find out, by reading and not by guessing: how to build, run, lint and test, also a single test; how the code is laid out and where the important decisions are; which conventions the code keeps that somebody new would break; what surprises.
3. Write what cannot be seen at once from the files themselves. No lists of every file, no general advice, nothing you have not seen here. Commands as they are typed. One screen, two at most.
4. Say in a few lines what you wrote, and what you could not find out.${more}`,
  };
}
