import { BackgroundTasks, Config, type ProcessResult, type ToolContext, type ToolResult } from 'tenon/plugin-api';
import { isOn } from 'tenon/plugin-api/lib/child-env';
import { clock } from 'tenon/plugin-api/lib/clock';
import { exitMeaning } from './exit-meaning.ts';
import { type CommandTask, RunningCommand } from './running-command.ts';
import type { BashInput } from './schemas/bash.schema.ts';
import { shellCommand } from './shell-command.ts';
import { followCwd } from './shell-cwd.ts';
import type { Workbench } from './workbench.ts';

export interface BashOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly interrupted: boolean;
  /** What an exit code that is not 0 means, where it is no failure. */
  readonly returnCodeInterpretation?: string;
  /** The file that holds all of a long output. */
  readonly persistedOutputPath?: string;
  /** The task that the command is, when it goes on in the background. */
  readonly backgroundTaskId?: string;
}

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
  const { host } = bench;
  const { session } = context;
  const { cwd } = session;
  const began = Date.now();
  const background = !isOn(host.env.CLAUDE_CODE_DISABLE_BACKGROUND_TASKS);
  if (input.run_in_background && !background) {
    throw new Error('commands in the background are switched off (CLAUDE_CODE_DISABLE_BACKGROUND_TASKS)');
  }
  const most = setting(host.env.BASH_MAX_TIMEOUT_MS, 600_000);
  const timeout = Math.min(input.timeout ?? setting(host.env.BASH_DEFAULT_TIMEOUT_MS, 120_000), most);
  const shell = await shellCommand(host, session, input.command);
  const command = new RunningCommand(bench, shell, context, {
    maxOutput: Math.min(
      setting(host.env.BASH_MAX_OUTPUT_LENGTH ?? bench.api.maybe(Config)?.get('bashOutputMaxChars'), 30_000),
      150_000,
    ),
    ...(background ? {} : { timeout }),
    ...(input.run_in_background && { background: true }),
  });
  if (input.run_in_background) return inBackground(command, input, `It runs in the background`);
  const start = clock();
  const notes = setInterval(() => context.progress(`${Math.round((clock() - start) / 1000)} s`), NOTE);
  let result: ProcessResult | undefined;
  let wanted = false;
  let go = () => {};
  const moved = new Promise<undefined>((resolve) => {
    go = () => {
      wanted = true;
      resolve(undefined);
    };
  });
  const movable = background ? bench.api.maybe(BackgroundTasks)?.movable(session, context.id, go) : undefined;
  try {
    result = background ? await within(command.result, timeout, moved) : await command.result;
  } finally {
    clearInterval(notes);
    void movable?.dispose();
  }
  if (result === undefined) {
    const why = wanted ? 'The user wants it to go on' : `It takes longer than ${timeout} ms and goes on`;
    return inBackground(command, input, `${why} in the background`);
  }
  if (result.code === 0 && PRINTS.test(input.command)) {
    try {
      const { printedFile, rememberPrinted } = await import('./read-by-shell.ts');
      const file = printedFile(input.command);
      if (file !== undefined) await rememberPrinted(session, file, cwd, began);
    } catch (error) {
      // the command has run: what it printed is its result
      bench.api.log.warn(`what a command printed does not count as read: ${(error as Error).message}`);
    }
  }
  const note = await followCwd(bench, session, result.report);
  return render(input.command, result, timeout, note);
}

/** What `work` gives; `undefined` when it takes longer, or nobody wants to wait any more. */
async function within<T>(work: Promise<T>, ms: number, moved: Promise<undefined>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late, moved]);
  } finally {
    clearTimeout(timer);
  }
}

async function inBackground(command: RunningCommand, input: BashInput, how: string): Promise<ToolResult<BashOutput>> {
  const task: CommandTask = {
    type: 'local_bash',
    description: input.description ?? input.command.slice(0, 80),
    command: input.command,
  };
  const stdout = command.soFar(PREVIEW);
  const { task: info } = await command.toBackground(task);
  const parts = [
    `${how} as task ${info.id}. You will be told when it has ended; what it puts out is in ${info.outputFile}.`,
    ...(stdout === '' ? [] : [`So far:\n${stdout}`]),
  ];
  return {
    content: parts.join('\n'),
    output: { stdout, stderr: '', interrupted: false, backgroundTaskId: info.id },
  };
}

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
    return `The command took longer than ${timeout} ms and was ended. Give a longer timeout.`;
  }
  return result.code === null ? `Ended by ${result.signal}` : `Exit code ${result.code}`;
}

function middleOut(text: string, most: number): string {
  if (text.length <= most) return text;
  const left = text.length - most;
  return `${text.slice(0, most / 2)}\n[... ${left} characters left out ...]\n${text.slice(-most / 2)}`;
}

function setting(value: string | number | undefined, otherwise: number): number {
  const number = Number(value);
  return value !== undefined && Number.isInteger(number) && number > 0 ? number : otherwise;
}
