import type { Awaitable, PermissionAnswer, PermissionQuestion, Surface } from 'tenon/plugin-api';

/** How a test answers questions. */
export interface Answers {
  /** Default: a question is denied and, in strict tests, a fault of the test. `undefined` leaves it to others. */
  readonly permission?:
    | 'allow'
    | 'deny'
    | ((
        question: PermissionQuestion,
        signal: AbortSignal,
      ) => Awaitable<'allow' | 'deny' | PermissionAnswer | undefined>);
}

/** The user of a test. */
export interface ScriptedSurface extends Surface {
  /** What was asked, in order. */
  readonly questions: readonly PermissionQuestion[];
  /** Questions that the test did not count on, in words for its author. */
  problems(): readonly string[];
}

/** Makes the surface of a harness. */
export function scriptedSurface(answers: Answers): ScriptedSurface {
  const questions: PermissionQuestion[] = [];
  const unexpected: PermissionQuestion[] = [];
  const full = (answer: 'allow' | 'deny' | PermissionAnswer): PermissionAnswer => {
    if (answer === 'allow') return { verdict: 'allow' };
    if (answer === 'deny') return { verdict: 'deny', message: 'denied by the user' };
    return answer;
  };
  return {
    name: 'test-kit',
    questions,
    async ask(question, signal) {
      questions.push(question);
      const { permission } = answers;
      if (permission === undefined) {
        unexpected.push(question);
        return full('deny');
      }
      if (typeof permission !== 'function') return full(permission);
      const answer = await permission(question, signal);
      return answer === undefined ? undefined : full(answer);
    },
    problems: () =>
      unexpected.map(
        ({ tool, reason }) =>
          `the user was asked whether ${tool} may run (${reason}), and the test has no answer. Give \`answers: { permission: 'allow' }\` or 'deny', a rule in \`config\`, or \`permissions: 'allow-all'\``,
      ),
  };
}
