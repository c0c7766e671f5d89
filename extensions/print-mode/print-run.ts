import { type Host, type Loop, type OpenOptions, type ResultEvent, type Session, UsageError } from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { feedMessages } from './message-feed.ts';
import type { PrintOptions } from './print-options.ts';
import type { PrintOutput } from './print-output.ts';
import { stdinText } from './stdin-text.ts';
import type { StopRequest } from './stop-request.ts';

/** Milliseconds that an interrupted session may take to end, so that its transcript is whole and its children are gone. */
const endLimit = 5_000;
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
}

/**
 * Opens a session, answers the prompt or the messages of standard input, and ends the session.
 * @returns the exit code
 * @throws UsageError without a prompt; the loop's error when the session cannot be opened
 */
export async function printRun(run: PrintRun): Promise<number> {
  const { options, stop } = run;
  const prompt = options.input === 'text' ? await stop.before(promptOf(run)) : '';
  if (prompt === undefined) return stop.code ?? 1;
  const session = await stop.before(run.loop.open(run.open));
  if (session === undefined) return stop.code ?? 1;
  run.output.opened(session);
  try {
    return options.input === 'text' ? await answer(run, session, prompt) : await answerAll(run, session);
  } finally {
    await bounded(session.close('other'), endLimit).catch((error: Error) => {
      void run.host.stderr.write(`${run.host.distro.command}: the session did not end well: ${error.message}\n`);
    });
    await run.output.end();
  }
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

async function answerAll(run: PrintRun, session: Session): Promise<number> {
  let failed = false;
  const feeding = feedMessages(run.host, {
    signal: run.stop.signal,
    reply: (value) => run.output.line?.(value),
    async send(input) {
      const result = await answered(run, session, session.send(input));
      if (input.shouldQuery !== false || result?.isError !== false) failed = result === undefined || result.isError;
      if (result !== undefined) run.output.result(result);
    },
  });
  const sensible = await run.stop.before(feeding);
  // the line being read may never come, but the message being answered ends
  if (sensible === undefined) await bounded(session.interrupt(), endLimit).catch(() => undefined); // said by `answered`
  return run.stop.code ?? (sensible === true && !failed ? 0 : 1);
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
