import {
  type ControlClient,
  type Host,
  type Loop,
  type OpenOptions,
  type ResultEvent,
  type Session,
  UsageError,
} from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import type { PrintOptions } from './print-options.ts';
import type { PrintOutput } from './print-output.ts';
import { stdinText } from './stdin-text.ts';
import type { StopRequest } from './stop-request.ts';

/** Milliseconds that an interrupted session may take to end, so that its transcript is whole and its children are gone. */
export const endLimit = 5_000;
/** Milliseconds that somebody who pipes text to a prompt may take for the first line. */
const stdinPatience = 3_000;

/** What a run of print mode works with. */
export interface PrintRun {
  readonly host: Host;
  readonly loop: Loop;
  readonly options: PrintOptions;
  readonly output: PrintOutput & { line?(value: unknown): void };
  readonly stop: StopRequest;
  readonly open: OpenOptions;
  /** Who answers questions, where the command line says so. */
  readonly control?: ControlClient;
  /** Begins the control protocol with the program at the other end; absent where there is none. */
  connect?(warn: (text: string) => void): Promise<ControlClient>;
  /** Resolves when the session does nothing any more, and will not go on by itself. */
  idle(session: Session): Promise<void>;
}

/**
 * Opens a session, answers the prompt or the messages of standard input, and ends the session.
 * @returns the exit code
 * @throws UsageError without a prompt; the loop's error when the session cannot be opened
 */
export async function printRun(run: PrintRun): Promise<number> {
  if (run.options.input === 'stream-json') return (await import('./stream-run.ts')).streamRun(run);
  const { stop, control } = run;
  const prompt = await stop.before(promptOf(run));
  if (prompt === undefined) return stop.code ?? 1;
  const options = control === undefined ? run.open : await control.prepare(run.open);
  const session = await stop.before(run.loop.open(options));
  if (session === undefined) return stop.code ?? 1;
  run.output.opened(session);
  void control?.opened(session);
  try {
    return await answer(run, session, prompt);
  } finally {
    await closeSession(run, session);
    await control?.dispose();
    await run.output.end();
  }
}

/** Ends a session, and says when that does not go well. */
export async function closeSession({ host }: PrintRun, session: Session): Promise<void> {
  await bounded(session.close('other'), endLimit).catch((error: Error) => {
    void host.stderr.write(`${host.distro.command}: the session did not end well: ${error.message}\n`);
  });
}

async function promptOf({ host, options, open }: PrintRun): Promise<string> {
  const piped = await stdinText(host, options.prompt === '' ? 0 : stdinPatience);
  const prompt = [options.prompt, piped].filter((part) => part.trim() !== '').join('\n\n');
  // a session that ended with a call that was put off goes on by itself
  if (prompt !== '' || open.resume !== undefined) return prompt;
  throw new UsageError(
    `there is no prompt; give one as an argument (${host.distro.command} -p "your prompt"), with --prompt, or on standard input`,
  );
}

async function answer(run: PrintRun, session: Session, content: string): Promise<number> {
  const result = await answered(run, session, session.send({ content, source: 'user' }));
  // a reader that is gone wants to hear nothing, on stderr neither
  if (result !== undefined && run.host.stdout.closed?.aborted !== true) run.output.result(result);
  return run.stop.code ?? (result === undefined || result.isError ? 1 : 0);
}

/** Waits for a prompt's result; when the run is to stop, the prompt is interrupted and has a limited time to end. */
async function answered(run: PrintRun, session: Session, sent: Promise<ResultEvent>): Promise<ResultEvent | undefined> {
  const result = await run.stop.before(sent);
  if (result !== undefined) return result;
  session.interrupt().catch(() => undefined); // what comes of it is seen in `sent`
  try {
    return await bounded(sent, endLimit);
  } catch (error) {
    void run.host.stderr.write(
      `${run.host.distro.command}: the interrupted prompt did not end in time: ${(error as Error).message}\n`,
    );
    return undefined;
  }
}
