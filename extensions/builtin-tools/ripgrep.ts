import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Workbench } from './workbench.ts';

/** How long a search may take, in milliseconds. */
export const SEARCH_LIMIT = 20_000;
/** Bytes of output that are read; a search that gives more is ended. */
const MOST_BYTES = 20 * 1024 * 1024;

/**
 * The ripgrep program: what `RG` names, else `rg` in an absolute folder of PATH, else the one that came with Tenon.
 * `undefined` when there is none, or `RG` names none: the search in JavaScript takes over.
 */
export async function findRipgrep({ api, host }: Workbench): Promise<string | undefined> {
  const { RG, PATH = '' } = host.env;
  if (RG !== undefined && RG !== '') {
    if (isAbsolute(RG) && (await runs(RG))) return RG;
    api.log.warn(
      `RG is ${JSON.stringify(RG)}, which is no program (an absolute path is expected); searching without ripgrep`,
    );
    return undefined;
  }
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg';
  for (const folder of PATH.split(delimiter)) {
    // a relative folder would let the project bring its own program
    if (isAbsolute(folder) && (await runs(join(folder, name)))) return join(folder, name);
  }
  try {
    const { rgPath } = await import('@vscode/ripgrep');
    if (await runs(rgPath)) return rgPath;
  } catch (error) {
    api.log.debug(`no ripgrep for this platform: ${(error as Error).message}`);
  }
  return undefined;
}

async function runs(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

export interface RipgrepOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Lines after which it is ended; default: no limit. */
  readonly lines?: number;
}

export interface RipgrepResult {
  /** Lines of the output; the last one is whole. */
  readonly lines: readonly string[];
  /** What it complained about. */
  readonly complaint: string;
  /** Why it was ended before it was done. */
  readonly cut: 'time' | 'size' | undefined;
}

/**
 * Runs ripgrep.
 * @throws Error with its message when it could not search (a wrong expression for example), or was interrupted
 */
export function runRipgrep(program: string, args: readonly string[], options: RipgrepOptions): Promise<RipgrepResult> {
  const { cwd, signal, lines: mostLines = Number.POSITIVE_INFINITY } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // no configuration file: it could name a program to run on each file
    const child = spawn(program, ['--no-config', ...args], { cwd, env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let count = 0;
    let complaint = '';
    let cut: RipgrepResult['cut'];
    const end = (why: 'time' | 'size') => {
      cut ??= why;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => end('time'), SEARCH_LIMIT);
    const abort = () => child.kill('SIGKILL');
    signal.addEventListener('abort', abort);
    child.stdout.on('data', (chunk: Buffer) => {
      if (cut !== undefined) return;
      chunks.push(chunk);
      bytes += chunk.length;
      if (mostLines !== Number.POSITIVE_INFINITY) for (const byte of chunk) if (byte === 10) count++;
      if (bytes > MOST_BYTES || count > mostLines) end('size');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (complaint.length < 4_000) complaint += text;
    });
    const settle = (run: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      run();
    };
    child.on('error', (error) =>
      settle(() => reject(new Error(`cannot start ${program}: ${error.message}`, { cause: error }))),
    );
    child.on('close', (code) =>
      settle(() => {
        if (signal.aborted) return reject(signal.reason);
        const lines = Buffer.concat(chunks).toString('utf8').split('\n');
        lines.pop();
        // 1 means that nothing was found; 2 with output means that some files could not be read
        if (cut === undefined && code !== 0 && code !== 1 && lines.length === 0) {
          return reject(new Error(complaint.trim().slice(0, 2_000) || `ripgrep ended with code ${code}`));
        }
        resolve({ lines, complaint: complaint.trim().slice(0, 500), cut });
      }),
    );
  });
}
