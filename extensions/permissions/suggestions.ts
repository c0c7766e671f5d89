import { dirname } from 'node:path';
import type { RuleUpdate } from 'tenon/plugin-api';

/** Rules of one answer. */
const MOST = 5;

/** Programs whose second word says what they do, so that a rule can name it. */
const WITH_SUBCOMMAND = new Set(
  'git npm pnpm yarn bun cargo go docker kubectl gh pip pip3 poetry uv make dotnet mvn gradle terraform brew apt-get'.split(
    ' ',
  ),
);
/** Programs that run what they are given: only the very command is remembered. */
const RUNNERS =
  /^(?:.*\/)?(?:python[0-9.]*|node|deno|ruby|perl|php|lua|bash|sh|zsh|dash|ksh|fish|npx|bunx|uvx|osascript|awk|gawk|curl|wget|rm|dd|chmod|chown|ssh|scp|kill|pkill)$/;

/** The specifier that "always" stores for a command: a prefix where that is harmless, else the command itself. */
function ruleContentFor(command: string): string | undefined {
  if (command.length > 300 || /[\n*]/.test(command)) return undefined;
  const words = command.split(/\s+/);
  const name = words[0]!;
  if (RUNNERS.test(name) || /["'\\$`]/.test(words.slice(0, 2).join(' '))) return command;
  const second = words[1];
  if (WITH_SUBCOMMAND.has(name) && second !== undefined && /^[a-z][\w:-]*$/.test(second)) {
    const third = words[2];
    if (
      (second === 'run' || second === 'compose') &&
      third !== undefined &&
      /^[\w:@./-]+$/.test(third) &&
      !third.startsWith('-')
    ) {
      return `${name} ${second} ${third}:*`;
    }
    if (second === 'config' || second === 'exec' || second === 'x' || second === 'dlx') return command;
    return `${name} ${second}:*`;
  }
  return command;
}

/** What "always" would store for commands that nothing covers; none when there are too many. */
export function commandSuggestions(tool: string, commands: readonly string[]): readonly RuleUpdate[] {
  const contents = [...new Set(commands.map(ruleContentFor))];
  if (contents.length === 0 || contents.length > MOST || contents.includes(undefined)) return [];
  return [
    {
      type: 'addRules',
      rules: contents.map((ruleContent) => ({ toolName: tool, ruleContent: ruleContent! })),
      behavior: 'allow',
      destination: 'localSettings',
    },
  ];
}

export function ruleSuggestion(toolName: string, ruleContent?: string): readonly RuleUpdate[] {
  const rule = ruleContent === undefined ? { toolName } : { toolName, ruleContent };
  return [{ type: 'addRules', rules: [rule], behavior: 'allow', destination: 'localSettings' }];
}

/** Reading a folder outside of the working folder, for the rest of the session. */
export function readSuggestion(path: string, isFolder: boolean): readonly RuleUpdate[] {
  const folder = isFolder ? path : dirname(path);
  if (folder === '/') return [];
  return [
    {
      type: 'addRules',
      rules: [{ toolName: 'Read', ruleContent: `/${folder}/**` }],
      behavior: 'allow',
      destination: 'session',
    },
  ];
}

/** Edits in the working folder, for the rest of the session. */
export const EDIT_SUGGESTION: readonly RuleUpdate[] = [
  { type: 'setMode', mode: 'acceptEdits', destination: 'session' },
];
