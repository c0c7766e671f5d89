import { access } from 'node:fs/promises';
import {
  Processes,
  type ProcessOptions,
  type ProcessResult,
  type ToolContext,
  type ToolResult,
} from 'tenon/plugin-api';
import { exitMeaning } from './exit-meaning.ts';
import type { BashInput } from './schemas/bash.schema.ts';
import { followCwd, leaveMissingFolder } from './shell-cwd.ts';
import type { Workbench } from './workbench.ts';

export interface BashOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly interrupted: boolean;
  /** What an exit code that is not 0 means, where it is no failure. */
  readonly returnCodeInterpretation?: string;
  /** The file that holds all of a long output. */
  readonly persistedOutputPath?: string;
}

const BASH = '/bin/bash';
/** Commands that may show a file to the model as Read does. */
const PRINTS = /^\s*(?:cat|head|tail|nl|sed|grep)\s/;
/** Milliseconds between two notes that a command is still running. */
const NOTE = 2_000;
/** Characters of a failed command's output that the model gets. */
const FAILURE = 10_000;
/** Characters of a long output that the model gets with the name of the file. */
const PREVIEW = 8_000;

/** @throws Error when the command cannot be started */
export async function runBash(
  bench: Workbench,
  input: BashInput,
  context: ToolContext,
): Promise<ToolResult<BashOutput>> {
  const { api, host } = bench;
  const { session, signal } = context;
  const { cwd } = session;
  const began = Date.now();
  if (input.run_in_background) {
    throw new Error(
      'run_in_background is not available yet; end the command with `> FILE 2>&1 &` and read the file later',
    );
  }
  const processes = await api.use(Processes);
  const most = setting(host.env.BASH_MAX_TIMEOUT_MS, 600_000);
  const timeout = Math.min(input.timeout ?? setting(host.env.BASH_DEFAULT_TIMEOUT_MS, 120_000), most);
  // descriptor 3 moves out of the way of the command, which may want to use that number
  const flags = ['--norc', '--noprofile', '-c', `exec 62>&3 3>&-;trap '${TELL_CWD}' EXIT;${input.command}`];
  const options: ProcessOptions = {
    argv: [BASH, ...flags],
    cwd,
    env: {
      CLAUDECODE: '1',
      CLAUDE_CODE_SESSION_ID: session.id,
      GIT_EDITOR: 'true',
      TERM: 'dumb',
      // a file that bash would run before the command, and that nobody sees
      BASH_ENV: undefined,
    },
    timeout,
    signal,
    maxOutput: Math.min(setting(host.env.BASH_MAX_OUTPUT_LENGTH, 30_000), 150_000),
    report: true,
  };
  const start = performance.now();
  const clock = setInterval(() => context.progress(`${Math.round((performance.now() - start) / 1000)} s`), NOTE);
  let result: ProcessResult;
  try {
    result = await processes.run(session, options).catch(async (error: unknown) => {
      const missing = await leaveMissingFolder(bench, session);
      if (missing !== undefined) throw missing;
      // some systems keep bash elsewhere; looking first would cost every call
      if (await exists(BASH)) throw error;
      return processes.run(session, { ...options, argv: ['bash', ...flags] });
    });
  } finally {
    clearInterval(clock);
  }
  if (result.code === 0 && PRINTS.test(input.command)) {
    const { printedFile, rememberPrinted } = await import('./read-by-shell.ts');
    const file = printedFile(input.command);
    if (file !== undefined) await rememberPrinted(session, file, cwd, began);
  }
  const note = await followCwd(bench, session, result.report);
  return render(input.command, result, timeout, note);
}

const TELL_CWD = 'builtin pwd -P >&62 2>/dev/null||:';

function render(
  command: string,
  result: ProcessResult,
  timeout: number,
  note: string | undefined,
): ToolResult<BashOutput> {
  const interrupted = result.aborted || result.timedOut;
  const meaning = interrupted || result.code === null ? undefined : exitMeaning(command, result.code, result.stderr);
  const failed = interrupted || (result.code !== 0 && meaning === undefined);
  const paths = [result.overflow.stdout, result.overflow.stderr].filter((path) => path !== undefined);
  const output: BashOutput = {
    stdout: result.stdout,
    stderr: result.stderr,
    interrupted,
    ...(meaning === undefined ? {} : { returnCodeInterpretation: meaning }),
    ...(paths[0] === undefined ? {} : { persistedOutputPath: paths[0] }),
  };
  const text = [result.stdout, result.stderr]
    .map((part) => part.replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd())
    .filter((part) => part !== '')
    .join('\n');
  const parts: string[] = [];
  if (failed) parts.push(headline(result, timeout));
  if (paths.length > 0) parts.push(`Output is long; all of it is in ${paths.join(' and ')}. Its start and end:`);
  const most = failed ? FAILURE : paths.length > 0 ? PREVIEW : Number.POSITIVE_INFINITY;
  if (text !== '') parts.push(middleOut(text, most));
  else if (!failed) parts.push('(no output)');
  if (meaning !== undefined) parts.push(`(exit code ${result.code}: ${meaning})`);
  if (note !== undefined) parts.push(note);
  return { content: parts.join('\n'), output, ...(failed ? { isError: true } : {}) };
}

function headline(result: ProcessResult, timeout: number): string {
  if (result.aborted) return 'The command was interrupted and ended.';
  if (result.timedOut) {
    return `The command took longer than ${timeout} ms and was ended. Give a longer timeout, or run it with \`> FILE 2>&1 &\`.`;
  }
  return result.code === null ? `Ended by ${result.signal}` : `Exit code ${result.code}`;
}

function middleOut(text: string, most: number): string {
  if (text.length <= most) return text;
  const left = text.length - most;
  return `${text.slice(0, most / 2)}\n[... ${left} characters left out ...]\n${text.slice(-most / 2)}`;
}

function setting(value: string | undefined, otherwise: number): number {
  const number = Number(value);
  return value !== undefined && Number.isInteger(number) && number > 0 ? number : otherwise;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
