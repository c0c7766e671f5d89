import type { CliFlag, Manifest, ToolDeclaration } from 'tenon/plugin-api';

export const enterWorktree = {
  name: 'EnterWorktree',
  deferred: true,
  description:
    'Makes a git worktree with a branch of its own and moves the session into it, so that work there does not touch the checkout; or enters one that exists. Only when the user asks for a worktree.',
  inputSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1, description: 'Of a new worktree; default: a random name' },
      path: {
        type: 'string',
        minLength: 1,
        description: 'A worktree of this repository that exists, in place of a name',
      },
    },
    additionalProperties: false,
  },
} as const satisfies ToolDeclaration;

export const exitWorktree = {
  name: 'ExitWorktree',
  deferred: true,
  description:
    'Leaves the worktree that EnterWorktree entered and goes back to where the session was. `remove` deletes the worktree and its branch, and refuses when work would be lost.',
  inputSchema: {
    type: 'object',
    properties: {
      action: { type: 'string', enum: ['keep', 'remove'] },
      discard_changes: { type: 'boolean', description: 'With remove: also when work is lost. Ask the user first' },
    },
    required: ['action'],
    additionalProperties: false,
  },
} as const satisfies ToolDeclaration;

const flag = {
  name: '--worktree',
  short: 'w',
  value: 'optional',
  placeholder: 'name',
  description: 'Work in a git worktree of its own, new or of this name',
} as const satisfies CliFlag;

export const manifest = {
  id: 'worktrees',
  version: '0.1.0',
  api: 1,
  description: 'Sessions that work in a git worktree of their own.',
  taps: ['UserPromptSubmit'],
  fires: ['WorktreeCreate', 'WorktreeRemove'],
  provides: ['worktrees@1'],
  requires: ['host@1', 'loop@1', 'processes@1'],
  optional: ['cli@1', 'config@1', 'permissions@1'],
  contributes: { tools: [enterWorktree, exitWorktree], cli: [flag] },
  capabilities: ['process', 'fs-write'],
  config: {
    type: 'object',
    properties: {
      hooks: {
        type: 'boolean',
        default: true,
        description: 'False: git hooks do not run in worktrees that are made from then on.',
      },
    },
    additionalProperties: false,
  },
} as const satisfies Manifest;

/** The settings of the extension, as `extensions.worktrees`. */
export interface WorktreesConfig {
  readonly hooks?: boolean;
}
