import { extname, isAbsolute, join, resolve } from 'node:path';
import type { CommandHandler, ComponentOrigin } from 'tenon/plugin-api';

/** What is started for a handler: a program with arguments. */
export interface CommandPlan {
  readonly file: string;
  readonly args: readonly string[];
  /** Windows: the arguments are passed on as they are. */
  readonly verbatim?: boolean;
}

/** The machine that a command runs on, so that tests can be any. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The path of this Node. */
  readonly node: string;
  /** The path of a program on the search path; `undefined` when there is none. */
  find(program: string): string | undefined;
  isFile(path: string): boolean;
  isExecutable(path: string): boolean;
}

/** Where the placeholders of a command lead. */
export interface CommandPlaces {
  readonly cwd: string;
  readonly projectDir: string;
  readonly plugin?: ComponentOrigin['plugin'];
}

/**
 * Decides what to start. Without `args` the command is text for a shell; with them it is a program, and a script is given
 * to the interpreter of its kind where the system would not find it by itself.
 * @throws Error that names the interpreter or placeholder that is missing
 */
export function planCommand(handler: CommandHandler, places: CommandPlaces, machine: Machine): CommandPlan {
  const { command, args, shell } = handler;
  if (command.trim() === '') throw new Error('the command is empty');
  if (args === undefined) return shellPlan(command, shell, places, machine);
  const words = [command, ...args].map((word) => filledWord(word, places));
  return programPlan(words[0]!, words.slice(1), places, machine);
}

// ------------------------------------------------------------------- shell

function shellPlan(text: string, shell: CommandHandler['shell'], places: CommandPlaces, machine: Machine): CommandPlan {
  const option = /\$\{user_config\.([^}]*)\}/.exec(text);
  if (option !== null) {
    const name = optionVariable(option[1]!);
    throw new Error(`\${user_config.${option[1]}} works with "args" only; in a shell command write $${name}`);
  }
  if (shell === 'powershell') return powershell(filledText(text, places), machine);
  if (machine.platform !== 'win32') {
    const line = prefixed(knownText(text, places), machine);
    return { file: '/bin/sh', args: ['-c', line] };
  }
  const bash = gitBash(machine);
  if (bash !== undefined) return { file: bash, args: ['-c', prefixed(text, machine)] };
  if (shell === 'bash') {
    throw new Error('Git Bash was not found; install Git for Windows or set CLAUDE_CODE_GIT_BASH_PATH');
  }
  return powershell(filledText(text, places), machine);
}

function prefixed(text: string, { env }: Machine): string {
  const prefix = env.CLAUDE_CODE_SHELL_PREFIX?.trim();
  return prefix === undefined || prefix === '' ? text : `${prefix} '${text.replaceAll("'", "'\\''")}'`;
}

function powershell(text: string, machine: Machine): CommandPlan {
  const file = machine.find('pwsh') ?? (machine.platform === 'win32' ? machine.find('powershell') : undefined);
  if (file === undefined) throw missing('PowerShell (pwsh)', 'a PowerShell command');
  return { file, args: ['-NoProfile', '-NonInteractive', '-Command', text] };
}

function gitBash(machine: Machine): string | undefined {
  const { CLAUDE_CODE_GIT_BASH_PATH: chosen, ProgramFiles: programs } = machine.env;
  if (chosen !== undefined && chosen !== '') return chosen;
  const git = programs === undefined ? undefined : join(programs, 'Git', 'bin', 'bash.exe');
  return git !== undefined && machine.isFile(git) ? git : machine.find('bash');
}

// ----------------------------------------------------------------- program

/** What runs a script of a kind: the first that is there. `undefined`: this Node. */
type Interpreter = readonly [program: string, ...flags: string[]];
const PYTHON: readonly Interpreter[] = [['python3'], ['python']];
const SHELLS: readonly Interpreter[] = [['bash'], ['sh']];
const POWERSHELLS: readonly Interpreter[] = [
  ['pwsh', '-NoProfile', '-NonInteractive', '-File'],
  ['powershell', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File'],
];

function programPlan(command: string, args: readonly string[], places: CommandPlaces, machine: Machine): CommandPlan {
  const windows = machine.platform === 'win32';
  const file = located(command, places, machine);
  const kind = extname(command).toLowerCase();
  if (['.js', '.cjs', '.mjs'].includes(kind)) {
    if (!windows && machine.isExecutable(file)) return { file, args };
    return { file: machine.node, args: [file, ...args] };
  }
  if (kind === '.cmd' || kind === '.bat') {
    if (!windows) throw new Error(`${command} is a batch file, which only Windows can run`);
    const line = [file, ...args].map(batchWord).join(' ');
    return { file: machine.env.ComSpec ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
  }
  if (kind === '.ps1') return interpreted(POWERSHELLS, 'PowerShell (pwsh)');
  if (!windows && machine.isExecutable(file)) return { file, args };
  if (kind === '.py') return interpreted(windows ? [['py', '-3'], ...PYTHON] : PYTHON, 'Python');
  if (kind === '.sh') {
    const bash = windows ? gitBash(machine) : undefined;
    if (bash !== undefined) return { file: bash, args: [file, ...args] };
    return interpreted(SHELLS, windows ? 'Git Bash' : 'a shell');
  }
  return { file, args };

  function interpreted(candidates: readonly Interpreter[], name: string): CommandPlan {
    for (const [program, ...flags] of candidates) {
      const found = machine.find(program);
      if (found !== undefined) return { file: found, args: [...flags, file, ...args] };
    }
    throw missing(name, command);
  }
}

/** A path below the plugin, the working directory or the project; a name without a slash is looked up by the system. */
function located(command: string, { cwd, projectDir, plugin }: CommandPlaces, machine: Machine): string {
  if (isAbsolute(command)) return command;
  const named = /[/\\]/.test(command);
  const bases = [...(plugin === undefined ? [] : [plugin.root]), cwd, projectDir];
  const found = bases.map((base) => resolve(base, command)).find((path) => machine.isFile(path));
  const script = /\.(?:js|cjs|mjs|cmd|bat|ps1|py|sh)$/i.test(command);
  if (found !== undefined && (named || script)) return found;
  return named ? resolve(cwd, command) : command;
}

/** A word for `cmd.exe`. What it would read as more than a word cannot be quoted there in any safe way. */
function batchWord(word: string): string {
  if (/["%!\r\n]/.test(word))
    throw new Error(`a batch file cannot be given ${JSON.stringify(word)}: leave out " % and !`);
  return /^[\w./:\\@=+-]+$/.test(word) ? word : `"${word}"`;
}

function missing(interpreter: string, what: string): Error {
  return new Error(`${interpreter} was not found on the PATH, and ${what} needs it`);
}

// ------------------------------------------------------------ placeholders

function placeholders({ projectDir, plugin }: CommandPlaces): Readonly<Record<string, string>> {
  return {
    CLAUDE_PROJECT_DIR: projectDir,
    ...(plugin !== undefined && { CLAUDE_PLUGIN_ROOT: plugin.root, CLAUDE_PLUGIN_DATA: plugin.data }),
  };
}

/** A word that no shell looks at. */
function filledWord(word: string, places: CommandPlaces): string {
  const options = places.plugin?.options ?? {};
  return filledText(word, places).replace(/\$\{user_config\.([^}]*)\}/g, (all, key: string) => {
    if (!Object.hasOwn(options, key)) throw new Error(`${all} names no option of the plugin`);
    return String(options[key]);
  });
}

function filledText(text: string, places: CommandPlaces): string {
  const known = placeholders(places);
  return text.replace(/\$\{(CLAUDE_[A-Z_]+)\}/g, (all, name: string) => known[name] ?? all);
}

/**
 * Text for a POSIX shell. The shell knows the same names as variables and puts no value of theirs where it could be read
 * as a command; a value that is only a word is filled in as well, for single quotes.
 */
function knownText(text: string, places: CommandPlaces): string {
  const known = placeholders(places);
  return text.replace(/\$\{(CLAUDE_[A-Z_]+)\}/g, (all, name: string) => {
    const value = known[name];
    return value !== undefined && /^[\w./@+-]+$/.test(value) ? value : all;
  });
}

/** The variable in which commands find an option of their plugin. */
export function optionVariable(key: string): string {
  return `CLAUDE_PLUGIN_OPTION_${key.replace(/[^A-Za-z0-9_]/g, '_')}`;
}
