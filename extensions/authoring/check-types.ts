import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Host } from 'tenon/plugin-api';
import type { Finding } from './finding.ts';

/** Milliseconds for the compiler. */
const LIMIT = 120_000;
/** Mistakes that are shown; the compiler itself shows the rest. */
const MOST = 20;

/** Of the extension's own packages: nothing of it comes along with this program. */
const COMPILER = 'typescript/package.json';

/** Checks the types of a folder with its own compiler, where it has one. */
export async function checkTypes(path: string, host: Host): Promise<readonly Finding[]> {
  if (!existsSync(join(path, 'tsconfig.json'))) return [];
  const compiler = compilerOf(path);
  if (compiler === undefined) {
    const message = 'not checked: typescript is not installed; npm install --save-dev typescript';
    return [{ level: 'note', about: 'types', message }];
  }
  const { code, output } = await run(compiler, ['--noEmit', '--pretty', 'false', '-p', path], path, host);
  if (code === 0) return [{ level: 'ok', about: 'types', message: 'the compiler finds nothing wrong' }];
  const lines = output.split('\n').filter((line) => /\berror\b/.test(line));
  const wrong = lines.slice(0, MOST).map((message): Finding => ({ level: 'error', about: 'types', message }));
  if (lines.length > MOST) {
    wrong.push({ level: 'note', about: 'types', message: `and ${lines.length - MOST} more; tsc --noEmit shows them` });
  }
  if (wrong.length > 0) return wrong;
  return [
    {
      level: 'error',
      about: 'types',
      message: `the compiler failed: ${output.trim().slice(0, 500) || `code ${code}`}`,
    },
  ];
}

function compilerOf(path: string): string | undefined {
  try {
    const found = createRequire(join(path, 'package.json')).resolve(COMPILER);
    const bin = join(dirname(found), 'bin', 'tsc');
    return existsSync(bin) ? bin : undefined;
  } catch {
    return undefined; // not installed
  }
}

function run(
  compiler: string,
  args: readonly string[],
  cwd: string,
  { env }: Host,
): Promise<{ readonly code: number; readonly output: string }> {
  const options = {
    cwd,
    env: { ...env } as NodeJS.ProcessEnv,
    timeout: LIMIT,
    killSignal: 'SIGKILL',
    maxBuffer: 10_000_000,
  } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, ...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ code: 0, output: '' });
      const late = error.killed === true ? `it took more than ${LIMIT / 1000} s` : '';
      resolve({ code: typeof error.code === 'number' ? error.code : 1, output: `${stdout}${stderr}${late}` });
    });
  });
}
