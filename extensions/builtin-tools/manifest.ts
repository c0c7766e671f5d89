import type { Manifest } from 'tenon/plugin-api';

export const manifest = {
  id: 'builtin-tools',
  version: '0.1.0',
  api: 1,
  description: 'The tools that work on files, run commands and keep a list of tasks.',
  taps: ['PreToolUse', 'SessionEnd', 'TurnStart'],
  fires: ['TaskCreated', 'TaskCompleted'],
  provides: ['processes@1', 'background-tasks@1'],
  requires: ['host@1'],
  // Bash runs through the service, not around it, so that a sandbox in its place covers Bash
  optional: ['config@1', 'permissions@1', 'loop@1', 'processes@1', 'background-tasks@1'],
  contributes: {
    tools: [
      'Read',
      'Write',
      'Edit',
      'Bash',
      'Glob',
      'Grep',
      { name: 'NotebookEdit', deferred: true },
      { name: 'TaskOutput', deferred: true },
      { name: 'TaskStop', deferred: true },
      { name: 'Monitor', deferred: true },
      'TodoWrite',
      { name: 'TaskCreate', deferred: true },
      { name: 'TaskUpdate', deferred: true },
      { name: 'TaskGet', deferred: true },
      { name: 'TaskList', deferred: true },
    ],
  },
  capabilities: ['process', 'fs-write'],
} as const satisfies Manifest;
