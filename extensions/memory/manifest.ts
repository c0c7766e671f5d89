import type { Manifest } from 'tenon/plugin-api';

export const manifest = {
  id: 'memory',
  version: '0.1.0',
  api: 1,
  description: 'Instruction files (CLAUDE.md, AGENTS.md, rules) of the administrator, the user and the project',
  requires: ['host@1'],
  optional: ['cli@1', 'config@1', 'trust@1', 'permissions@1'],
  taps: ['SessionStart', 'SubagentStart', 'PostToolUse'],
  fires: ['InstructionsLoaded'],
} as const satisfies Manifest;
