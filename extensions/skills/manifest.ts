import type { Manifest, ToolDeclaration } from 'tenon/plugin-api';

export const skillTool = {
  name: 'Skill',
  offeredWith: ['skills'],
  description: `Loads a skill: instructions for one kind of work, written by the user or a plugin. A reminder names those there are.
Load one before you begin work that it is for, and follow it then. Do not load it again while its text is in the conversation, and never guess a name. When the user names a skill, or a command with a slash, load that one.`,
  inputSchema: {
    type: 'object',
    properties: {
      skill: { type: 'string', minLength: 1, description: 'The name, as it is listed' },
      args: { type: 'string', description: 'What the skill is given, as a user would type it after the name' },
    },
    required: ['skill'],
    additionalProperties: false,
  },
} as const satisfies ToolDeclaration;

export const manifest = {
  id: 'skills',
  version: '0.1.0',
  api: 1,
  description: 'Skills: tells the model which there are, and runs those that it or the user asks for',
  provides: ['skill-runner@1'],
  requires: ['loop@1', 'host@1'],
  optional: ['cli@1', 'config@1', 'permissions@1', 'subagents@1', 'extensions@1'],
  taps: ['SessionStart', 'TurnStart', 'PostToolUse', 'SessionEnd'],
  dormantWithout: ['skills'],
  contributes: { tools: [skillTool] },
} as const satisfies Manifest;
