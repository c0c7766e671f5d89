import type { CliFlag, CommandDeclaration, Manifest } from 'tenon/plugin-api';

const flags = [
  {
    name: '--disable-slash-commands',
    value: 'boolean',
    description: 'No slash commands and no skills: text that begins with / is text',
  },
] as const satisfies readonly CliFlag[];

const commands = [
  { name: 'help', description: 'List the commands', aliases: ['commands'] },
  { name: 'clear', description: 'Start the conversation over', aliases: ['reset', 'new'] },
  { name: 'model', description: 'Show or choose the model', argumentHint: '[model]' },
  { name: 'usage', description: 'Show what the session has cost so far', aliases: ['cost', 'stats'] },
  { name: 'context', description: 'Show what fills the context of the model' },
  { name: 'permissions', description: 'Show the permission rules and the mode', aliases: ['allowed-tools'] },
  { name: 'status', description: 'Show version, session, model and settings' },
  { name: 'agents', description: 'List the subagents' },
  { name: 'skills', description: 'List the skills' },
  { name: 'memory', description: 'List the instruction files that the model is told of' },
  { name: 'config', description: 'Show the settings, or one of them', argumentHint: '[key]', aliases: ['settings'] },
  { name: 'add-dir', description: 'Work in one more folder', argumentHint: '<folder>' },
  { name: 'rename', description: 'Give the session a title', argumentHint: '<title>' },
  { name: 'resume', description: 'List the sessions of this folder that can be continued', aliases: ['continue'] },
  {
    name: 'init',
    description: 'Have the model write an instruction file for this project',
    argumentHint: '[what to look at]',
    prompts: true,
  },
] as const satisfies readonly CommandDeclaration[];

export const manifest = {
  id: 'slash-commands',
  version: '0.1.0',
  api: 1,
  description: 'Text that begins with / runs a command or a skill',
  provides: ['slash-commands@1'],
  requires: ['host@1'],
  optional: [
    'skill-runner@1',
    'config@1',
    'cli@1',
    'permissions@1',
    'sessions@1',
    'extensions@1',
    'subagents@1',
    'trust@1',
  ],
  fires: ['PreCommand', 'PostCommand', 'UserPromptExpansion', 'DirectoryAdded'],
  contributes: { cli: flags, commands },
} as const satisfies Manifest;

/** The names of the commands of this extension. */
export type OwnCommand = (typeof commands)[number]['name'];
