import { childEnv } from 'tenon/plugin-api/lib/child-env';
import { withoutSecret } from './source.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

/** Milliseconds for one run of git or npm. */
const LIMIT = 120_000;

/**
 * Runs a program and gives what it printed. It has no terminal to ask on.
 * @throws StoreError `no-program`, `timeout`, `failed`
 */
export async function runChild(
  { host, signal }: Pick<Store, 'host' | 'signal'>,
  program: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly limit?: number;
    /** Over the variables of the program; `undefined` takes one out. */
    readonly env?: Readonly<Record<string, string | undefined>>;
  },
): Promise<string> {
  const { execa } = await import('execa');
  const { cwd, limit = LIMIT, env = {} } = options;
  const ran = await execa(program, args, {
    cwd,
    env: { ...childEnv(host.env), ...env } as NodeJS.ProcessEnv,
    extendEnv: false,
    stdin: 'ignore',
    timeout: limit,
    cancelSignal: signal,
    maxBuffer: 16 * 1024 * 1024,
    forceKillAfterDelay: 2_000,
    reject: false,
    cleanup: true,
  });
  if (!ran.failed) return ran.stdout;
  const shown = `${program} ${args.find((word) => /^[a-z][a-z-]*$/.test(word)) ?? ''}`.trim();
  if (ran.code === 'ENOENT') throw new StoreError('no-program', `${program} is not installed, or not on the PATH`);
  if (ran.isCanceled) throw new StoreError('interrupted', `${shown} was interrupted`);
  if (ran.timedOut) throw new StoreError('timeout', `${shown} did not end within ${limit / 1000} s`);
  throw new StoreError('failed', `${shown} failed: ${lastLines(ran.stderr || ran.stdout || (ran.shortMessage ?? ''))}`);
}

function lastLines(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^hint:|^npm (?:error|ERR!) A complete log/.test(line));
  return withoutSecret(lines.slice(-4).join('; ')).slice(0, 600) || 'it gave no reason';
}
