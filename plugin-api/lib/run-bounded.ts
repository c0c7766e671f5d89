import { spawn } from 'node:child_process';

/** How a command ended. `problem` says why it has no exit code, as the end of a sentence. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly problem?: string;
}

/**
 * Runs a command through `/bin/sh -c`, in a process group of its own that ends with its limit. Its standard input is
 * empty, and what it writes on standard error is dropped.
 */
export function runBounded(
  command: string,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cwd: string;
    readonly limitMs: number;
    readonly maxBytes: number;
    readonly signal: AbortSignal;
  },
): Promise<Ended> {
  const { env, cwd, limitMs, maxBytes, signal } = options;
  return new Promise((resolve) => {
    const windows = process.platform === 'win32';
    const child = spawn(windows ? 'cmd.exe' : '/bin/sh', windows ? ['/d', '/s', '/c', command] : ['-c', command], {
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: !windows,
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (ended: Omit<Ended, 'stdout'>) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      child.removeAllListeners();
      child.stdout.destroy();
      child.on('error', () => {}); // nobody waits for it any more
      if (ended.problem !== undefined) kill(child.pid, windows);
      resolve({ ...ended, stdout: Buffer.concat(chunks).toString('utf8') });
    };
    const timer = setTimeout(
      () => end({ code: null, problem: `did not end within ${Math.round(limitMs / 100) / 10} s and was ended` }),
      limitMs,
    );
    const abort = () => end({ code: null, problem: 'was ended with the program' });
    signal.addEventListener('abort', abort);
    if (signal.aborted) return abort();
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) end({ code: null, problem: `printed more than ${maxBytes} bytes and was ended` });
      else chunks.push(chunk);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      end({ code: null, problem: `could not be started (${error.code ?? 'unknown'})` });
    });
    child.on('close', (code, signal) => {
      end(signal === null ? { code } : { code, problem: `was ended by ${signal}` });
    });
  });
}

function kill(pid: number | undefined, windows: boolean): void {
  if (pid === undefined) return;
  try {
    process.kill(windows ? pid : -pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}
