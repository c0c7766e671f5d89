import type { CliVerb, CommandDeclaration, Manifest } from 'tenon/plugin-api';

const verb = {
  name: 'hooks',
  description: 'Show the hooks of the setup: what they are for, where they come from, how long they take',
  usage: '[--profile]',
  setup: true,
} as const satisfies CliVerb;

const profile = {
  name: '--profile',
  value: 'boolean',
  description: 'With hooks: how long hooks and extensions took in the last sessions',
} as const;

export const slashCommand = {
  name: 'hooks',
  description: 'Show the hooks that this session has',
} as const satisfies CommandDeclaration;

const failure = { type: 'string', enum: ['continue', 'block'] } as const;

export const manifest = {
  id: 'claude-hooks',
  version: '0.1.0',
  api: 1,
  description: 'Runs the hooks of settings, plugins, skills and agents: commands, requests, tools, models.',
  taps: [
    'SessionStart',
    'SessionEnd',
    'Setup',
    'UserPromptSubmit',
    'UserPromptExpansion',
    'QueryStart',
    'QueryEnd',
    'TurnStart',
    'MessageDisplay',
    'Stop',
    'StopFailure',
    'PreModelSwitch',
    'PostModelSwitch',
    'PreCommand',
    'PostCommand',
    'PreToolUse',
    'PermissionRequest',
    'PermissionDenied',
    'PostToolUse',
    'PostToolUseFailure',
    'PostToolBatch',
    'SubagentStart',
    'SubagentStop',
    'TaskCreated',
    'TaskCompleted',
    'TeammateIdle',
    'Elicitation',
    'ElicitationResult',
    'InstructionsLoaded',
    'Notification',
    'ConfigChange',
    'CwdChanged',
    'DirectoryAdded',
    'FileChanged',
    'WorktreeCreate',
    'WorktreeRemove',
    'PreCompact',
    'PostCompact',
  ],
  requires: ['host@1', 'extensions@1'],
  optional: ['config@1', 'loop@1', 'background-tasks@1', 'permissions@1', 'subagents@1'],
  contributes: { cli: [verb, profile], commands: [slashCommand] },
  dormantWithout: ['hook-handlers'],
  // a session whose guards could not be loaded must not go on as if it had none
  required: true,
  capabilities: ['process', 'network', 'fs-write'],
  config: {
    type: 'object',
    properties: {
      onFailure: {
        ...failure,
        description: 'What a hook counts as that could not start, was late or failed. Default: continue.',
      },
      events: {
        type: 'object',
        additionalProperties: failure,
        description: 'The same for single events: { "PreToolUse": "block" }.',
      },
      hooks: {
        type: 'object',
        additionalProperties: failure,
        description: 'The same for single hooks, by the name that `tenon hooks` shows, with * for any text.',
      },
      model: {
        type: 'string',
        default: 'haiku',
        description: 'The model that hooks of the type "prompt" ask when they name none.',
      },
    },
    additionalProperties: false,
  },
} as const satisfies Manifest;
