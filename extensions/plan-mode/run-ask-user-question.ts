import type { JsonObject, ToolContext, ToolResult } from 'tenon/plugin-api';
import { calledInput } from './called-input.ts';
import type { Workbench } from './workbench.ts';

export interface Question {
  readonly question: string;
  readonly header: string;
  readonly options: readonly { readonly label: string; readonly description: string; readonly preview?: string }[];
  readonly multiSelect: boolean;
}
export interface AskUserQuestionInput {
  readonly questions: readonly Question[];
  /** Question to answer: a label, several with commas between them, or the user's own words. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly annotations?: JsonObject;
  readonly metadata?: JsonObject;
}
export interface AskUserQuestionOutput {
  readonly questions: readonly Question[];
  readonly answers: Readonly<Record<string, string>>;
  readonly annotations?: JsonObject;
}

/** Tells the model what the user answered. @throws Error when nobody did. */
export async function runAskUserQuestion(
  { api }: Workbench,
  input: AskUserQuestionInput,
  context: ToolContext,
): Promise<ToolResult<AskUserQuestionOutput>> {
  const { questions, answers = {}, annotations } = input;
  const { answers: invented } = await calledInput(api, context);
  if (invented !== undefined) throw new Error('The answers are for the user to give: ask again without `answers`.');
  const given = questions.filter(({ question }) => Object.hasOwn(answers, question));
  if (given.length === 0) {
    throw new Error(
      'Nobody answered: nobody who could is there. Decide yourself and say so, or end with your question.',
    );
  }
  const lines = questions.map(({ question }) => {
    const answer = Object.hasOwn(answers, question) ? answers[question] : undefined;
    return `- ${question}\n  ${answer === undefined ? '(no answer)' : answer}${noteOf(annotations, question)}`;
  });
  return {
    content: `The user answered:\n${lines.join('\n')}`,
    output: { questions, answers, ...(annotations !== undefined && { annotations }) },
  };
}

/** What the user wrote beside an answer: `annotations[question].notes`. */
function noteOf(annotations: JsonObject | undefined, question: string): string {
  if (annotations === undefined || !Object.hasOwn(annotations, question)) return '';
  const { notes } = (annotations[question] ?? {}) as { readonly notes?: unknown };
  return typeof notes === 'string' && notes !== '' ? `\n  Note: ${notes}` : '';
}
