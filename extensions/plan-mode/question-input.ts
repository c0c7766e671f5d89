import type { SchemaIssue, SchemaResult } from 'tenon/plugin-api';
import { checkSchema } from 'tenon/plugin-api/lib/json-schema';
import { questionFields } from './question-fields.ts';
import type { AskUserQuestionInput } from './run-ask-user-question.ts';

/** The model is told of the questions only; the rest comes with the answer. */
const accepted = {
  type: 'object',
  properties: {
    questions: questionFields,
    answers: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object' },
    metadata: { type: 'object' },
  },
  required: ['questions'],
  additionalProperties: false,
} as const;

/** Checks the input of a call. Answers go by the text of the question, so two questions must differ. */
export function parseQuestions(input: unknown): SchemaResult<AskUserQuestionInput> {
  const checked = checkSchema(accepted, input);
  if (checked.issues !== undefined) return checked;
  const value = checked.value as unknown as AskUserQuestionInput;
  const issues: SchemaIssue[] = [];
  value.questions.forEach(({ question, options }, at) => {
    if (value.questions.findIndex((other) => other.question === question) < at) {
      issues.push({ path: ['questions', at, 'question'], message: 'must differ from the other questions' });
    }
    options.forEach(({ label }, nth) => {
      if (options.findIndex((other) => other.label === label) < nth) {
        issues.push({ path: ['questions', at, 'options', nth, 'label'], message: 'must differ from the other labels' });
      }
    });
  });
  return issues.length > 0 ? { issues } : { value };
}
