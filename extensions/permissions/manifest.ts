import type { CliFlag, Manifest } from 'tenon/plugin-api';

const flags: CliFlag[] = [
  {
    name: '--permission-mode',
    value: 'string',
    placeholder: 'mode',
    choices: ['default', 'manual', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions'],
    description: 'How calls that no rule covers are treated',
  },
  {
    name: '--allowedTools',
    aliases: ['--allowed-tools'],
    value: 'list',
    placeholder: 'rules',
    description: 'Rules to allow, with commas or spaces between: "Bash(git log *),Edit(src/**)"',
  },
  {
    name: '--disallowedTools',
    aliases: ['--disallowed-tools'],
    value: 'list',
    placeholder: 'rules',
    description: 'Rules to deny',
  },
  {
    name: '--dangerously-skip-permissions',
    value: 'boolean',
    description: 'Start in bypassPermissions: everything runs but what deny and ask rules name',
  },
  {
    name: '--allow-dangerously-skip-permissions',
    value: 'boolean',
    description: 'Let the session change to bypassPermissions later',
  },
  {
    name: '--permission-prompts',
    value: 'string',
    placeholder: 'who',
    choices: ['host', 'none'],
    description: 'Who is asked about calls that no rule covers: the host, or none, and then they are denied',
  },
  {
    name: '--add-dir',
    value: 'list',
    placeholder: 'folders',
    file: 'folder',
    description: 'More folders that count as inside the working directory',
  },
];

export const manifest = {
  id: 'permissions',
  version: '0.1.0',
  api: 1,
  description: 'Decides by rules and modes which tool calls may run',
  provides: ['permissions@1'],
  requires: ['host@1', 'config@1'],
  optional: ['cli@1', 'trust@1', 'auto-mode@1'],
  taps: ['ConfigChange'],
  contributes: { cli: flags.map((flag) => ({ ...flag })) },
} as const satisfies Manifest;
