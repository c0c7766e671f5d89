import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { CommandPlan } from './command-plan.ts';
import type { LeftGroups } from './left-groups.ts';

/** Bytes of each stream that are kept; the rest is read and dropped. */
const KEPT = 1024 * 1024;
/** The same for an answer in JSON, of which a part is worth nothing. */
const ANSWER = 16 * KEPT;
/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE = 500;
/** Milliseconds without output after which what a command left behind is not waited for. */
const QUIET = 50;
/** Milliseconds that output may go on after the end of the command. */
const LATE = 500;

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Written to standard input, which then ends. */
  readonly input: string;
  /** Milliseconds. */
  readonly limit: number;
  readonly signal: AbortSignal;
  /** What goes on after the command has ended is remembered here. */
  readonly left: (pid: number) => ReturnType<LeftGroups['add']>;
}

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** More was printed than is kept. */
  readonly cut: boolean;
  readonly late: boolean;
  readonly aborted: boolean;
}

/** A command that runs. */
export interface RunningCommand {
  /** @throws Error in words for a user when it could not be started */
  readonly end: Promise<CommandEnd>;
  /** Calls `fn` with the first line of its output, once that is there. */
  onFirstLine(fn: (line: string) => void): void;
  /** From now on an interrupt does not end it, and its time is up after so many milliseconds. */
  detach(limit: number): void;
  /** Ends it and what it started. */
  stop(): void;
}

/**
 * Starts a command in a process group and session of its own, without a terminal. The group is ended as a whole. A
 * command is over when it has ended, also when children that it left behind hold its pipes.
 */
export function startCommand(plan: CommandPlan, options: CommandOptions): RunningCommand {
  const { cwd, env, input, signal } = options;
  const windows = process.platform === 'win32';
  let child: ChildProcess;
  try {
    child = spawn(plan.file, [...plan.args], {
      cwd,
      env: env as NodeJS.ProcessEnv,
      detached: !windows,
      windowsHide: true,
      windowsVerbatimArguments: plan.verbatim === true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    return failedStart(startError(error as NodeJS.ErrnoException, plan.file));
  }
  const { pid } = child;
  if (pid === undefined) {
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(startError(error, plan.file)));
    });
    return { ...failedStart(undefined), end: failed };
  }
  const stdout = new Kept(child.stdout as Socket);
  const stderr = new Kept(child.stderr as Socket);
  // a command that does not read its input to the end is not an error
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(input);

  let why: 'late' | 'aborted' | undefined;
  let timer: NodeJS.Timeout | undefined;
  const kill = (name: NodeJS.Signals) => {
    try {
      if (windows) child.kill(name);
      else process.kill(-pid, name);
    } catch {
      // gone already
    }
  };
  let killer: NodeJS.Timeout | undefined;
  let finish: (code: number | null, ended: string | null) => void = () => {};
  const stopFor = (reason: 'late' | 'aborted') => {
    if (why !== undefined) return;
    why = reason;
    kill('SIGTERM');
    killer = setTimeout(() => {
      kill('SIGKILL');
      // what cannot be ended must not keep anybody waiting
      killer = setTimeout(() => finish(child.exitCode, child.signalCode), GRACE);
    }, GRACE);
  };
  const abort = () => stopFor('aborted');
  const limitTo = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => stopFor('late'), ms);
  };
  limitTo(options.limit);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();

  const end = new Promise<CommandEnd>((resolve) => {
    let done = false;
    let waiting: NodeJS.Timeout | undefined;
    finish = (code, ended) => {
      if (done) return;
      done = true;
      for (const one of [timer, killer, waiting]) clearTimeout(one);
      signal.removeEventListener('abort', abort);
      // it was told to end: so are those that it started and did not end with it
      if (why !== undefined) kill('SIGKILL');
      letGo(child, why === undefined && !windows ? options.left(pid) : undefined);
      const texts = { stdout: stdout.text(), stderr: stderr.text(), cut: stdout.cut };
      resolve({ code, signal: ended, ...texts, late: why === 'late', aborted: why === 'aborted' });
    };
    child.once('close', (code, ended) => finish(code, ended));
    child.once('exit', (code, ended) => {
      const exit = Date.now();
      const look = () => {
        const now = Date.now();
        const quiet = now - Math.max(exit, stdout.last, stderr.last) >= QUIET;
        if (quiet || now - exit >= LATE) finish(code, ended);
        else waiting = setTimeout(look, QUIET / 2);
      };
      if (!done) waiting = setTimeout(look, QUIET);
    });
  });
  return {
    end,
    onFirstLine: (fn) => stdout.onFirstLine(fn),
    detach(ms) {
      signal.removeEventListener('abort', abort);
      limitTo(ms);
    },
    stop: abort,
  };
}

/** One stream, up to a limit. */
class Kept {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private limit = KEPT;
  private listener: ((line: string) => void) | undefined;
  cut = false;
  /** When output came last, in milliseconds since the epoch. */
  last = 0;

  constructor(stream: Socket) {
    stream.on('data', (chunk: Buffer) => {
      this.last = Date.now();
      if (this.bytes === 0 && /^\s*\{/.test(chunk.toString('latin1', 0, 100))) this.limit = ANSWER;
      const room = this.limit - this.bytes;
      if (chunk.length > room) this.cut = true;
      if (room <= 0) return;
      const part = chunk.length > room ? Buffer.from(chunk.subarray(0, room)) : chunk;
      this.chunks.push(part);
      this.bytes += part.length;
      if (this.listener !== undefined) this.look();
    });
    // a pipe that breaks is the end of its output
    stream.on('error', () => undefined);
  }

  text(): string {
    return this.bytes === 0 ? '' : Buffer.concat(this.chunks).toString('utf8');
  }

  onFirstLine(fn: (line: string) => void): void {
    this.listener = fn;
    this.look();
  }

  private look(): void {
    if (!this.chunks.some((chunk) => chunk.includes(10))) return;
    const { listener } = this;
    this.listener = undefined;
    const text = this.text();
    listener?.(text.slice(0, text.indexOf('\n')));
  }
}

/** Lets children that were left behind write on, without anybody waiting for them. */
function letGo(child: ChildProcess, left: { gone(): void } | undefined): void {
  let open = 0;
  for (const pipe of [child.stdin, child.stdout, child.stderr] as (Socket | null)[]) {
    if (pipe === null || pipe.destroyed) continue;
    if (pipe === (child.stdin as unknown)) {
      pipe.destroy();
      continue;
    }
    open++;
    pipe.unref();
    pipe.once('close', () => {
      if (--open === 0) left?.gone();
    });
  }
  if (open === 0) left?.gone();
}

function failedStart(error: Error | undefined): RunningCommand {
  const end = error === undefined ? new Promise<never>(() => {}) : Promise.reject(error);
  return { end, onFirstLine: () => undefined, detach: () => undefined, stop: () => undefined };
}

function startError(error: NodeJS.ErrnoException, file: string): Error {
  const why =
    error.code === 'ENOENT'
      ? 'there is no such program'
      : error.code === 'EACCES'
        ? 'it may not be executed'
        : error.code === 'E2BIG'
          ? 'its arguments and environment are too long'
          : (error.code ?? error.message);
  return new Error(`${file} could not be started: ${why}`, { cause: error });
}
