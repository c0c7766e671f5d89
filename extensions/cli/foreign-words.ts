/**
 * Flags and commands that users of other agents of this format have in their fingers and scripts. One of them that is
 * not here must not be taken for a misspelling of something else, and a command must not be sent to a model as a prompt.
 */
const FLAGS: ReadonlySet<string> = new Set(
  (
    'advisor autocompact bg brief channels chrome cloud debug debug-file exclude-dynamic-system-prompt-sections file ' +
    'from-pr ide init init-only maintenance managed-settings mcp-config no-chrome plugin-url prompt-suggestions ' +
    'remote-control restricted session-mirror strict-mcp-config system-prompt-snapshot teammate-mode teleport tmux'
  )
    .split(' ')
    .map((name) => `--${name}`),
);

/** By the first word: the second words that make it a command. Each may also stand alone. */
const COMMANDS: Readonly<Record<string, string>> = {
  agents: '',
  auth: 'login logout status',
  install: '',
  login: '',
  logout: '',
  mcp: 'add add-json add-from-claude-desktop get list login logout remove reset-project-choices serve',
  'setup-token': '',
  update: '',
  upgrade: '',
};

/** What to say of a flag that other programs have, or `undefined` for one that nobody knows. */
export function foreignFlag(name: string): string | undefined {
  if (name === '-d' || name === '--debug') return `unknown flag ${name}; TENON_DEBUG=1 in the environment shows more`;
  return FLAGS.has(name) ? `${name} is not there yet` : undefined;
}

/** What to say of words that are a command of other programs, or `undefined` for a prompt. */
export function foreignCommand(args: readonly string[], program: string): string | undefined {
  const [first = '', second] = args;
  if (!Object.hasOwn(COMMANDS, first)) return undefined;
  if (second !== undefined && !COMMANDS[first]!.split(' ').includes(second)) return undefined;
  return `there is no command ${first} yet; if it is meant as a prompt: ${program} -p "${args.join(' ')}"`;
}
