import type { CliFlag, CliMode, Manifest } from 'tenon/plugin-api';

const flags = [
  { name: '--print', short: 'p', value: 'boolean', description: 'Answer the prompt, print the result and exit' },
  { name: '--prompt', value: 'string', placeholder: 'text', description: 'The prompt, instead of as an argument' },
  {
    name: '--output-format',
    value: 'string',
    placeholder: 'format',
    choices: ['text', 'json', 'stream-json'],
    description: 'What is printed: the answer, the result as JSON, or every message as a line of JSON (default: text)',
  },
  {
    name: '--input-format',
    value: 'string',
    placeholder: 'format',
    choices: ['text', 'stream-json'],
    description: 'What standard input holds: text for the prompt, or messages as lines of JSON (default: text)',
  },
  {
    name: '--include-partial-messages',
    value: 'boolean',
    description: 'With stream-json output: also the pieces of answers as they come',
  },
  {
    name: '--replay-user-messages',
    value: 'boolean',
    description: 'With stream-json input and output: also the messages that were read',
  },
  {
    name: '--include-hook-events',
    value: 'boolean',
    description: 'With stream-json output: also what hooks do',
  },
  {
    name: '--forward-subagent-text',
    value: 'boolean',
    description: 'With stream-json output: also what subagents say and are told',
  },
  { name: '--verbose', value: 'boolean', description: 'Every message; stream-json output with --print needs it' },
] as const satisfies readonly CliFlag[];

const mode = {
  name: 'mode:print',
  description: 'Answers a prompt and exits, for scripts and pipes',
  flags: ['--print'],
  headless: true,
} as const satisfies CliMode;

export const manifest = {
  id: 'print-mode',
  version: '0.1.0',
  api: 1,
  description: 'One prompt in, one answer out: as text, as JSON, or as a stream of JSON messages.',
  taps: ['SessionEvent'],
  requires: ['host@1', 'loop@1'],
  optional: ['control@1', 'background-tasks@1'],
  contributes: { cli: [...flags, mode] },
} as const satisfies Manifest;
