import type { Manifest, ToolDeclaration } from 'tenon/plugin-api';
import { questionFields } from './question-fields.ts';

export const enterPlanMode = {
  name: 'EnterPlanMode',
  deferred: true,
  asksUser: true,
  description:
    'Begins plan mode: from then on you look and think and change nothing, until the user approves a plan (ExitPlanMode). For larger changes, or where there are several good ways.',
  inputSchema: { type: 'object', properties: {}, additionalProperties: false },
} as const satisfies ToolDeclaration;

export const exitPlanMode = {
  name: 'ExitPlanMode',
  deferred: true,
  description:
    'Shows your plan to the user. Once it is approved, plan mode is over and you carry the plan out. Only for plans of changes, not for answers and research.',
  inputSchema: {
    type: 'object',
    properties: {
      plan: {
        type: 'string',
        minLength: 1,
        description: 'The plan in Markdown: what changes where, and how it is checked',
      },
    },
    required: ['plan'],
    additionalProperties: false,
  },
} as const satisfies ToolDeclaration;

export const askUserQuestion = {
  name: 'AskUserQuestion',
  asksUser: true,
  description:
    'Asks the user when a decision is theirs: what they want, or which of several ways. They can always answer in their own words. Put the option you would take first and add "(recommended)" to it. Not for what you can find out, and not to get a plan approved.',
  inputSchema: {
    type: 'object',
    properties: { questions: questionFields },
    required: ['questions'],
    additionalProperties: false,
  },
} as const satisfies ToolDeclaration;

export const manifest = {
  id: 'plan-mode',
  version: '0.1.0',
  api: 1,
  description: 'Plan mode: think first, change after the user approved. And questions to the user.',
  taps: ['UserPromptSubmit'],
  requires: ['host@1', 'config@1', 'loop@1', 'permissions@1'],
  contributes: { tools: [enterPlanMode, exitPlanMode, askUserQuestion] },
  capabilities: ['fs-write'],
} as const satisfies Manifest;
