import type { Tool } from 'tenon/plugin-api';
import { askUserQuestion } from './manifest.ts';
import type { AskUserQuestionInput, AskUserQuestionOutput } from './run-ask-user-question.ts';
import type { Workbench } from './workbench.ts';

/** Asks the user. Whoever shows the question of permission answers it with `answers` in the input. */
export function askUserQuestionTool(bench: Workbench): Tool<AskUserQuestionInput, AskUserQuestionOutput> {
  return {
    ...askUserQuestion,
    parse: async (input) => (await import('./question-input.ts')).parseQuestions(input),
    run: async (input, context) =>
      (await import('./run-ask-user-question.ts')).runAskUserQuestion(bench, input, context),
  };
}
