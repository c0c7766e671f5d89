import { mkdirSync, statSync } from 'node:fs';
import type { CommandHandler } from 'tenon/plugin-api';
import type { Ran } from './answer.ts';
import { planCommand } from './command-plan.ts';
import { envFileOf, takesEnvFile } from './env-file.ts';
import type { HandlerRun, Workbench } from './handler-run.ts';
import { hookEnv, rootOf } from './hook-env.ts';
import { machineOf } from './machine.ts';
import { type CommandEnd, type RunningCommand, startCommand } from './run-command.ts';
import { seconds } from './time-limits.ts';

/** Runs a command, or starts it and leaves it in the background. @throws Error when it could not be started */
export async function runCommandHandler(bench: Workbench, run: HandlerRun<CommandHandler>): Promise<Ran> {
  const { host, background } = bench;
  const { handler, item, session, mapping, text, limit, signal } = run;
  const projectDir = session === undefined ? host.cwd : rootOf(session).root;
  const cwd = [session?.cwd ?? host.cwd, projectDir, host.home].find(isFolder) ?? '/';
  const { plugin } = item.origin;
  const plan = planCommand(handler, { cwd, projectDir, ...(plugin !== undefined && { plugin }) }, machineOf(host));
  const takes = session !== undefined && takesEnvFile(mapping.event);
  const envFile = takes ? envFileOf(bench, session, item.name) : undefined;
  const root = session === undefined ? '' : rootOf(session).id;
  if (plugin !== undefined) makeData(bench, plugin.data);
  const command = startCommand(plan, {
    cwd,
    env: hookEnv(host, { session, projectDir, origin: item.origin, envFile }),
    input: `${text}\n`,
    limit,
    signal,
    left: (pid) => background.left.add(root, pid),
  });
  const leave = (most: number, wakes: boolean): Ran => {
    command.detach(most);
    background.add(run, command, wakes);
    return GONE;
  };
  if (handler.async === true || handler.asyncRewake === true) return leave(limit, handler.asyncRewake === true);
  const ended = await endOrBackground(command);
  return 'code' in ended ? ranOf(ended, limit) : leave(ended.asyncTimeout ?? limit, false);
}

/** Commands of a plugin may write to its data folder without making it. */
function makeData({ api }: Workbench, folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    api.log.warn(`the data folder of a plugin cannot be made: ${(error as Error).message}`);
  }
}

const GONE: Ran = { stdout: '', stderr: '', background: true };

/** What the end of a command means. */
export function ranOf(end: CommandEnd, limit: number): Ran {
  const { stdout, stderr, code } = end;
  if (end.aborted) return { stdout, stderr, cancelled: true };
  if (end.late) return { stdout, stderr, failure: { kind: 'late', text: `it did not end within ${seconds(limit)} s` } };
  // what it was about to say is not known, and must not pass for nothing
  if (end.cut && code !== 2 && stdout.trimStart().startsWith('{')) {
    return { stdout, stderr, failure: { kind: 'failed', text: 'its answer is longer than can be read' } };
  }
  if (code === null) return { stdout, stderr, failure: { kind: 'failed', text: `it was ended by ${end.signal}` } };
  return { stdout, stderr, exitCode: code };
}

/** A command whose first line says `{"async": true}` goes on in the background. */
function endOrBackground(command: RunningCommand): Promise<CommandEnd | { readonly asyncTimeout?: number }> {
  return new Promise((resolve, reject) => {
    command.end.then(resolve, reject);
    command.onFirstLine((line) => {
      const asked = asyncAnswer(line);
      if (asked !== undefined) resolve(asked);
    });
  });
}

function asyncAnswer(line: string): { readonly asyncTimeout?: number } | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    const { async, asyncTimeout } = JSON.parse(line) as { async?: unknown; asyncTimeout?: unknown };
    if (async !== true) return undefined;
    return typeof asyncTimeout === 'number' && asyncTimeout > 0 ? { asyncTimeout } : {};
  } catch {
    return undefined; // the first line of a longer answer, or none
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
