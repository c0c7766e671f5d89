import { rm } from 'node:fs/promises';
import {
  BackgroundTasks,
  Processes,
  type ProcessOptions,
  type ProcessResult,
  type TaskEnd,
  type TaskWork,
  type ToolContext,
} from 'tenon/plugin-api';
import { exists } from './exists.ts';
import { exitMeaning } from './exit-meaning.ts';
import type { ShellCommand } from './shell-command.ts';
import { leaveMissingFolder } from './shell-cwd.ts';
import { TaskLog } from './task-log.ts';
import type { Workbench } from './workbench.ts';

/** The longest time a timer can take: until the end of the session, as good as. */
const NO_LIMIT = 2 ** 31 - 1;
/** Milliseconds that a command gets to end by itself; the end of a session has two seconds for all of it. */
const GRACE = 1_000;

/** What a command is for users and the model. */
export interface CommandTask {
  readonly type: 'local_bash' | 'monitor';
  readonly description: string;
  readonly command: string;
}

/** A command that runs, and may go on in the background. */
export class RunningCommand {
  /** Rejects when it cannot be started. */
  readonly result: Promise<ProcessResult>;
  private readonly bench: Workbench;
  private readonly context: ToolContext;
  private readonly controller = new AbortController();
  private readonly abort = () => this.controller.abort();
  private log: TaskLog | undefined;
  private work: TaskWork | undefined;
  private heard: ((stream: 'stdout' | 'stderr', text: string) => void) | undefined;

  constructor(
    bench: Workbench,
    shell: ShellCommand,
    context: ToolContext,
    options: {
      readonly maxOutput: number;
      /** Milliseconds after which it is ended. Without it, it may go to the background. */
      readonly timeout?: number;
      /** True for one that starts there: its output has one file, that of the task. */
      readonly background?: boolean;
    },
  ) {
    this.bench = bench;
    this.context = context;
    const { signal, session } = context;
    if (options.timeout === undefined) this.log = new TaskLog();
    if (signal.aborted) this.abort();
    signal.addEventListener('abort', this.abort);
    this.result = this.run(shell, {
      cwd: session.cwd,
      env: shell.env,
      timeout: options.timeout ?? NO_LIMIT,
      signal: this.controller.signal,
      maxOutput: options.maxOutput,
      ...(options.background === true && { maxFile: 0 }),
      grace: GRACE,
      report: shell.report,
      onOutput: (stream, text) => {
        this.heard?.(stream, text);
        return (this.work ?? this.log)?.write(text);
      },
    });
    this.result.catch(() => undefined); // whoever waits for it is told
    const done = () => signal.removeEventListener('abort', this.abort);
    this.result.then(done, done);
  }

  /** What it put out so far. */
  soFar(most: number): string {
    return this.log?.all(most) ?? '';
  }

  /**
   * Makes it a task of the session: from now on neither an interrupt nor the end of the call ends it.
   * @param heard is told of its output too
   * @param timeout milliseconds after which it is ended; 0: with the session
   * @throws Error when there are too many tasks; the command is ended then
   */
  async toBackground(
    task: CommandTask,
    heard?: (work: TaskWork, stream: 'stdout' | 'stderr', text: string) => void,
    timeout = 0,
  ): Promise<TaskWork> {
    const { context, controller } = this;
    const { session, id: toolUseId } = context;
    let why: 'stopped' | 'late' | undefined;
    const stop = () => {
      why ??= 'stopped';
      controller.abort();
    };
    let work: TaskWork;
    try {
      const tasks = await this.bench.api.use(BackgroundTasks);
      work = await tasks.start(session, { ...task, toolUseId, stop });
    } catch (error) {
      controller.abort();
      throw error;
    }
    context.signal.removeEventListener('abort', this.abort);
    const before = this.log?.all(Number.POSITIVE_INFINITY) ?? '';
    this.work = work;
    this.log = undefined;
    void work.write(before);
    if (heard !== undefined) {
      heard(work, 'stdout', before);
      this.heard = (stream, text) => heard(work, stream, text);
    }
    const late = () => {
      why = 'late';
      controller.abort();
    };
    const timer = timeout > 0 ? setTimeout(late, timeout) : undefined;
    void this.result
      .then(
        async (result) => {
          const { stdout, stderr } = result.overflow;
          // all of it is in the file of the task
          for (const path of [stdout, stderr])
            if (path !== undefined) await rm(path, { force: true }).catch(() => undefined); // removed after some days
          return endOf(task.command, result, why, timeout);
        },
        (error: unknown): TaskEnd => ({ status: 'failed', summary: (error as Error).message }),
      )
      .then((end) => {
        clearTimeout(timer);
        return work.end(end);
      });
    return work;
  }

  private async run(shell: ShellCommand, options: Omit<ProcessOptions, 'argv'>): Promise<ProcessResult> {
    const { api } = this.bench;
    const processes = await api.use(Processes);
    const { session } = this.context;
    try {
      return await processes.run(session, { ...options, argv: shell.argv });
    } catch (error) {
      const missing = await leaveMissingFolder(this.bench, session);
      if (missing !== undefined) throw missing;
      // some systems keep bash elsewhere; looking first would cost every call
      if (shell.elsewhere === undefined || (await exists(shell.argv[0]))) throw error;
      return processes.run(session, { ...options, argv: shell.elsewhere });
    }
  }
}

function endOf(command: string, result: ProcessResult, why: 'stopped' | 'late' | undefined, timeout: number): TaskEnd {
  if (result.aborted) {
    return why === 'late'
      ? { status: 'completed', summary: `it was ended after ${timeout} ms, as it was to be` }
      : { status: 'killed', summary: 'it was stopped' };
  }
  const { code, signal } = result;
  if (code === null) return { status: 'failed', summary: `it was ended by ${signal}` };
  const meaning = exitMeaning(command, code, result.stderr);
  if (code === 0 || meaning !== undefined) {
    return {
      status: 'completed',
      summary: `exit code ${code}${meaning === undefined ? '' : ` (${meaning})`}`,
      exitCode: code,
    };
  }
  return { status: 'failed', summary: `exit code ${code}`, exitCode: code };
}
