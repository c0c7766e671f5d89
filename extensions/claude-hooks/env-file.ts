import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionRef } from 'tenon/plugin-api';
import { childEnv } from 'tenon/plugin-api/lib/child-env';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { sessionEnv } from 'tenon/plugin-api/lib/session-env';
import type { Workbench } from './handler-run.ts';
import { startCommand } from './run-command.ts';

const EVENTS = ['SessionStart', 'Setup', 'CwdChanged', 'FileChanged'];
/** Milliseconds that the shell may take to read the file. */
const LIMIT = 10_000;
const MARK = '\0tenon\0';
/** What a shell sets for itself. */
const OWN = new Set(['_', 'SHLVL', 'PWD', 'OLDPWD', 'BASH_EXECUTION_STRING']);

/** True when commands of an event may set variables for later commands of the session. */
export function takesEnvFile(event: string): boolean {
  return EVENTS.includes(event);
}

/** The file of one run: `apply` gives what was written there to the commands of the session. */
export interface EnvFile {
  readonly path: string;
  apply(): Promise<void>;
}

/** Makes an empty file for `export NAME=value` lines. */
export async function envFileOf({ api, host }: Workbench, session: SessionRef): Promise<EnvFile> {
  const folder = join(await api.data.folder(), 'env');
  makeFolder(folder, 0o700);
  const path = join(folder, `${randomUuid()}.sh`);
  writeFileSync(path, '', { mode: 0o600, flag: 'wx' });
  return {
    path,
    async apply() {
      try {
        if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
        const base = { ...childEnv(host.env), ...sessionEnv(session) };
        Object.assign(sessionEnv(session), await variablesOf(path, base, session.cwd));
      } catch (error) {
        api.log.warn(`what a hook wrote to CLAUDE_ENV_FILE could not be read: ${(error as Error).message}`);
      } finally {
        rmSync(path, { force: true });
      }
    },
  };
}

/** What a shell that reads the file exports differently than before. */
async function variablesOf(
  path: string,
  base: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<Record<string, string>> {
  const script = `. "$1" >/dev/null 2>&1; printf '\\0tenon\\0'; exec env -0`;
  const never = new AbortController().signal;
  const shell = { file: 'bash', args: ['-c', script, 'bash', path] };
  const options = { cwd, env: base, input: '', limit: LIMIT, signal: never, left: () => ({ gone: () => undefined }) };
  const { stdout, late, code } = await startCommand(shell, options).end;
  const at = stdout.lastIndexOf(MARK);
  if (late || code !== 0 || at < 0) throw new Error('the shell could not read it');
  const found: Record<string, string> = {};
  for (const line of stdout.slice(at + MARK.length).split('\0')) {
    const equals = line.indexOf('=');
    const name = line.slice(0, equals);
    if (equals < 1 || OWN.has(name) || base[name] === line.slice(equals + 1)) continue;
    found[name] = line.slice(equals + 1);
  }
  return found;
}
