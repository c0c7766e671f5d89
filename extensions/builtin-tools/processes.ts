import { type ChildProcess, spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { Host, Processes, ProcessOptions, ProcessResult, SessionRef } from 'tenon/plugin-api';
import { childEnv } from 'tenon/plugin-api/lib/child-env';
import { clock } from 'tenon/plugin-api/lib/clock';
import { endGroup, groupAlive } from './process-group.ts';
import { ProcessOutput } from './process-output.ts';
import { rootOf } from './root-session.ts';

const DEFAULT_TIMEOUT = 120_000;
const DEFAULT_OUTPUT = 1024 * 1024;
const DEFAULT_FILE = 256 * 1024 * 1024;
const REPORT_LIMIT = 64 * 1024;
/** How long output may be silent after the program's end before it counts as all there is, in milliseconds. */
const QUIET = 40;
/** How long to wait for output after the program's end at most, in milliseconds. */
const LATE = 500;
/** How long to wait for output that is still being written to disk, in milliseconds. */
const SLOW_DISK = 10_000;
/** What children left behind get to end by themselves when a session ends; the hook has two seconds. */
const LEAVE = 700;

interface Left {
  readonly session: string;
  readonly pid: number;
}

/** Runs processes as groups, and knows the children that finished programs left behind. */
export class ProcessRunner implements Processes {
  private readonly host: Host;
  private readonly folder: () => Promise<string>;
  private readonly left = new Set<Left>();
  private count = 0;
  private env: { readonly of: Host['env']; readonly made: ReturnType<typeof childEnv> } | undefined;

  constructor(host: Host, folder: () => Promise<string>) {
    this.host = host;
    this.folder = folder;
  }

  run(session: SessionRef, options: ProcessOptions): Promise<ProcessResult> {
    const {
      argv,
      cwd = session.cwd,
      timeout = DEFAULT_TIMEOUT,
      maxOutput: memory = DEFAULT_OUTPUT,
      maxFile: file = DEFAULT_FILE,
      grace,
      signal,
      onOutput,
    } = options;
    if (signal?.aborted) return Promise.resolve(NEVER_RUN);
    const mark = `TENON_RUN=${process.pid}.${Date.now()}.${++this.count}.`;
    const child = this.start(options, argv, cwd, mark);
    const pid = child.pid;
    const stdout = new ProcessOutput({ memory, file }, this.folder, onOutput && ((text) => onOutput('stdout', text)));
    const stderr = new ProcessOutput({ memory, file }, this.folder, onOutput && ((text) => onOutput('stderr', text)));
    return new Promise((resolve, reject) => {
      if (pid === undefined) {
        child.once('error', (error) => void this.why(error, argv[0], cwd).then(reject));
        return;
      }
      stdout.follow(child.stdout!);
      stderr.follow(child.stderr!);
      const report = options.report ? readReport(child.stdio[3] as Socket) : undefined;
      if (options.input !== undefined) {
        // a program that does not read its input to the end is not an error
        child.stdin!.on('error', () => undefined);
        child.stdin!.end(options.input);
      }
      let why: 'timedOut' | 'aborted' | undefined;
      let ending: Promise<void> | undefined;
      let late: NodeJS.Timeout | undefined;
      let finished = false;
      const end = (reason: 'timedOut' | 'aborted') => {
        if (ending !== undefined) return;
        why = reason;
        ending = endGroup(pid, mark, grace);
        // what cannot be ended must not keep the caller waiting
        void ending.then(() => {
          if (!finished) late = setTimeout(() => finish(child.exitCode, child.signalCode), LATE);
        });
      };
      const abort = () => end('aborted');
      const timer = setTimeout(() => end('timedOut'), timeout);
      signal?.addEventListener('abort', abort);
      const finish = async (code: number | null, ended: string | null): Promise<void> => {
        if (finished) return;
        finished = true;
        clearTimeout(timer);
        clearTimeout(late);
        signal?.removeEventListener('abort', abort);
        await ending;
        if (groupAlive(pid)) this.leave(session, pid, child);
        const [out, err] = await Promise.all([stdout.end(), stderr.end()]);
        resolve({
          code,
          signal: ended,
          stdout: out.text,
          stderr: err.text,
          ...(report === undefined ? {} : { report: report() }),
          overflow: {
            ...(out.path === undefined ? {} : { stdout: out.path }),
            ...(err.path === undefined ? {} : { stderr: err.path }),
          },
          timedOut: why === 'timedOut',
          aborted: why === 'aborted',
        });
      };
      child.once('close', (code, ended) => finish(code, ended));
      // children that were left behind keep the pipes open: `close` may come much later, or never
      child.once('exit', (code, ended) => {
        const exit = clock();
        const look = () => {
          if (finished) return;
          const now = clock();
          const quiet = now - Math.max(exit, stdout.last, stderr.last) >= QUIET;
          const busy = (stdout.busy || stderr.busy) && now - exit < SLOW_DISK;
          if (!busy && (quiet || now - exit >= LATE)) void finish(code, ended);
          else late = setTimeout(look, QUIET / 2);
        };
        if (!finished) late = setTimeout(look, QUIET);
      });
    });
  }

  /** Ends what programs of a session left behind; without one, of all sessions. */
  async end(session?: string): Promise<void> {
    const mine = [...this.left].filter((one) => session === undefined || one.session === session);
    await Promise.all(
      mine.map(async (one) => {
        this.left.delete(one);
        if (groupAlive(one.pid)) await endGroup(one.pid, undefined, LEAVE);
      }),
    );
  }

  private start(
    options: ProcessOptions,
    argv: readonly [string, ...string[]],
    cwd: string,
    mark: string,
  ): ChildProcess {
    const [name, value] = mark.split('=') as [string, string];
    // to read a variable of a process costs microseconds, and those of this one change only with the settings
    const { env: of } = this.host;
    if (this.env?.of !== of) this.env = { of, made: childEnv(of) };
    const { made } = this.env;
    try {
      return spawn(argv[0], argv.slice(1), {
        cwd,
        env: { ...made, ...options.env, [name]: value },
        // a group of its own, so that it can be ended as a whole
        detached: true,
        stdio: [
          options.input === undefined ? 'ignore' : 'pipe',
          'pipe',
          'pipe',
          ...(options.report ? ['pipe' as const] : []),
        ],
      });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const hint = code === 'E2BIG' ? 'its arguments are too long; put the text into a file' : message;
      throw new Error(`cannot start ${argv[0]}: ${hint}`, { cause: error });
    }
  }

  /** Keeps the pipes of children left behind open, so that writing does not end them, and reads nothing into memory. */
  private leave(session: SessionRef, pid: number, child: ChildProcess): void {
    const left: Left = { session: rootOf(session).id, pid };
    for (const one of this.left) if (!groupAlive(one.pid)) this.left.delete(one);
    this.left.add(left);
    for (const pipe of child.stdio) {
      if (pipe === null || pipe === undefined) continue;
      (pipe as Socket).unref();
      // a number of a group may be given out again: forget it as soon as the group is gone
      pipe.once('close', () => {
        if (!groupAlive(pid)) this.left.delete(left);
      });
    }
  }

  private async why(error: Error, program: string, cwd: string): Promise<Error> {
    const here = await access(cwd).then(
      () => true,
      () => false,
    );
    if (!here) return new Error(`cannot start ${program}: the folder ${cwd} does not exist`, { cause: error });
    const { code } = error as NodeJS.ErrnoException;
    const hint =
      code === 'ENOENT'
        ? 'there is no such program'
        : code === 'E2BIG'
          ? 'its arguments are too long; put the text into a file'
          : error.message;
    return new Error(`cannot start ${program}: ${hint}`, { cause: error });
  }
}

const NEVER_RUN: ProcessResult = {
  code: null,
  signal: null,
  stdout: '',
  stderr: '',
  overflow: {},
  timedOut: false,
  aborted: true,
};

function readReport(pipe: Socket): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  pipe.on('data', (chunk: Buffer) => {
    if (length < REPORT_LIMIT) chunks.push(chunk.subarray(0, REPORT_LIMIT - length));
    length += chunk.length;
  });
  pipe.on('error', () => undefined); // the end of the report
  return () => Buffer.concat(chunks).toString('utf8');
}
