import { Processes, type SessionRef } from 'tenon/plugin-api';
import type { Workbench } from './workbench.ts';

const QUICK = 30_000;
const CHECKOUT = 280_000;

/** git in one folder. */
export interface Git {
  readonly cwd: string;
  /** What it prints, without the line end. @throws Error with what it says when it fails. */
  run(...args: readonly string[]): Promise<string>;
  /** The same for what writes many files. */
  slow(...args: readonly string[]): Promise<string>;
  /** The same in another folder. */
  at(cwd: string): Git;
}

/** Runs git for a session: without a terminal, in bounded time, in the language that its output is read in. */
export function gitOf(bench: Workbench, session: SessionRef, cwd: string, signal: AbortSignal): Git {
  const run = async (args: readonly string[], timeout: number) => {
    const processes = await bench.api.use(Processes);
    const { code, stdout, stderr, timedOut, aborted } = await processes.run(session, {
      argv: ['git', ...args],
      cwd,
      env: {
        LC_ALL: 'C',
        GIT_TERMINAL_PROMPT: '0',
        GIT_DIR: undefined,
        GIT_WORK_TREE: undefined,
        GIT_INDEX_FILE: undefined,
      },
      timeout,
      signal,
    });
    if (code === 0) return stdout.replace(/\r?\n$/, '');
    const why = timedOut ? 'it took too long' : aborted ? 'it was interrupted' : stderr.trim() || `exit code ${code}`;
    throw new Error(`git ${args.filter((arg) => !arg.startsWith('-')).join(' ')}: ${why}`);
  };
  return {
    cwd,
    at: (other) => gitOf(bench, session, other, signal),
    run: (...args) => run(args, args.includes('worktree') ? CHECKOUT : QUICK),
    slow: (...args) => run(args, CHECKOUT),
  };
}
