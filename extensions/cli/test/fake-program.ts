import type { CliCommand, DeclaredItem, ExtensionApi, Host, Manifest, PreCommand, TextOutput } from 'tenon/plugin-api';
import { CommandLine } from '../command-line.ts';
import { manifest } from '../manifest.ts';

type Declared = DeclaredItem & { readonly owner: string };

/** A program around the command line: what it declares, what it writes, what it runs. */
export function fakeProgram(given: {
  readonly declared?: readonly Declared[];
  /** Found later: looked at each time. */
  readonly more?: readonly Declared[];
  readonly argv?: readonly string[];
  readonly commands?: readonly CliCommand[];
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly env?: Record<string, string>;
  readonly preCommand?: (value: PreCommand) => PreCommand;
  /** An extension that could not be started. */
  readonly failed?: Manifest;
}) {
  const written = { stdout: '', stderr: '' };
  const warnings: string[] = [];
  const fired: { readonly hook: string; readonly value: unknown }[] = [];
  const started: string[] = [];
  const output = (name: 'stdout' | 'stderr'): TextOutput => ({
    write(text) {
      written[name] += text;
      return undefined;
    },
    drained: async () => {},
    isTerminal: given.terminal === true,
    columns: given.columns,
  });
  const host: Host = {
    distro: {
      name: 'Tenon',
      command: 'tenon',
      version: '0.1.0',
      folders: { user: '.claude', project: '.claude' },
      config: {},
      locked: [],
      plugins: 'user',
    },
    argv: given.argv ?? [],
    cwd: '/',
    home: '/',
    env: given.env ?? {},
    layEnv() {},
    stdin: { isTerminal: given.terminal === true, text: async () => '', async *lines() {} },
    stdout: output('stdout'),
    stderr: output('stderr'),
    onSignal: () => ({ dispose() {} }),
  };
  const own = manifest.contributes.cli.map((flag) => ({ ...flag, owner: 'cli' }));
  const api = {
    log: { debug() {}, info() {}, error() {}, warn: (message: string) => warnings.push(message) },
    has: () => given.failed !== undefined,
    async use() {
      return { list: () => (given.failed === undefined ? [] : [{ manifest: given.failed, state: 'failed' }]) };
    },
    declared: () => [...own, ...(given.declared ?? []), ...(given.more ?? [])],
    async item(_point: unknown, name: string) {
      started.push(name);
      return given.commands?.find((command) => command.name === name);
    },
    hooks: {
      PreCommand: {
        async fire(value: PreCommand) {
          fired.push({ hook: 'PreCommand', value });
          return given.preCommand?.(value) ?? value;
        },
      },
      PostCommand: { fire: async (value: unknown) => void fired.push({ hook: 'PostCommand', value }) },
    },
  } as unknown as ExtensionApi;
  return { cli: new CommandLine(api, host), written, warnings, fired, started };
}

/** Flags like those of the headless distribution. */
export const declared: readonly Declared[] = [
  { owner: 'print-mode', name: '--print', short: 'p', value: 'boolean', description: 'Answer and exit' },
  {
    owner: 'print-mode',
    name: '--output-format',
    value: 'string',
    choices: ['text', 'json', 'stream-json'],
    description: 'What to write',
  },
  { owner: 'print-mode', name: '--verbose', value: 'boolean', description: 'Say more' },
  { owner: 'agent-loop', name: '--model', value: 'string', placeholder: 'id', description: 'The model' },
  { owner: 'agent-loop', name: '--append-system-prompt', value: 'string', description: 'More for the system prompt' },
  { owner: 'sessions', name: '--continue', short: 'c', value: 'boolean', description: 'Go on' },
  { owner: 'sessions', name: '--resume', short: 'r', value: 'optional', placeholder: 'id', description: 'Go on with' },
  { owner: 'sessions', name: '--session-id', value: 'string', placeholder: 'uuid', description: 'The id' },
  { owner: 'sessions', name: '--name', short: 'n', value: 'string', description: 'The name' },
  {
    owner: 'permissions',
    name: '--allowedTools',
    aliases: ['--allowed-tools'],
    value: 'list',
    placeholder: 'rules',
    description: 'What may run unasked',
  },
  { owner: 'permissions', name: '--secret-switch', value: 'boolean', hidden: true, description: 'Not shown' },
  { owner: 'config', name: '--setting-sources', value: 'string', description: 'Which settings' },
  {
    owner: 'print-mode',
    name: 'mode:print',
    flags: ['--print'],
    headless: true,
    description: 'Answers one prompt',
  },
  { owner: 'doctor', name: 'doctor', description: 'Checks the installation' },
  { owner: 'mcp', name: 'mcp', usage: '<verb> [...args]', changes: true, description: 'Servers' },
];
