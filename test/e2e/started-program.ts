import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

/** A built program that runs, with what it has printed so far. */
export interface StartedProgram {
  readonly child: ChildProcessWithoutNullStreams;
  readonly out: { stdout: string; stderr: string };
  readonly end: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly ms: number }>;
}

export interface StartOptions {
  readonly cwd: string;
  /** All of the environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text for standard input, which then ends. Without it standard input stays open. */
  readonly stdin?: string;
  /** Milliseconds after which it is killed; default 30 s. */
  readonly limit?: number;
  readonly node?: readonly string[];
}

/** Starts a program with node. Whoever starts it waits for `end`. */
export function startProgram(program: string, args: readonly string[], options: StartOptions): StartedProgram {
  const { cwd, env, stdin, limit = 30_000, node = [] } = options;
  const began = performance.now();
  const child = spawn(process.execPath, [...node, program, ...args], { cwd, env, stdio: 'pipe' });
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      out[name] += text;
    });
  }
  child.stdin.on('error', () => {}); // the program may end before it has read everything
  if (stdin !== undefined) child.stdin.end(stdin);
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  const end = new Promise<Awaited<StartedProgram['end']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ms: performance.now() - began });
    });
  });
  return { child, out, end };
}
