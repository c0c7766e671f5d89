import type { ControlClient, OpenOptions, Session, UserInput } from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { type Incoming, InputLines } from './input-lines.ts';
import { MessageFeed } from './message-feed.ts';
import { closeSession, endLimit, type PrintRun } from './print-run.ts';

/**
 * Answers the messages of standard input until it ends. The session is opened when the first has come: it may say how.
 * @returns the exit code
 * @throws the loop's error when the session cannot be opened
 */
export async function streamRun(run: PrintRun): Promise<number> {
  const { stop } = run;
  const input = new InputLines(run.host);
  const first = await stop.before(input.next().then((message) => ({ message })));
  if (first === undefined) return stop.code ?? 1;
  const talk = new Talk(run, input);
  try {
    return await talk.run(first.message);
  } finally {
    await talk.end();
    await run.output.end();
  }
}

/** What the two sides of one session say. */
class Talk {
  readonly #run: PrintRun;
  readonly #input: InputLines;
  readonly #feed: MessageFeed;
  #control: ControlClient | undefined;
  #session: Session | undefined;
  #failed = false;

  constructor(run: PrintRun, input: InputLines) {
    this.#run = run;
    this.#input = input;
    this.#control = run.control;
    this.#feed = new MessageFeed((message) => this.#answer(message));
  }

  async run(first: Incoming | undefined): Promise<number> {
    const { stop } = this.#run;
    if (first?.kind === 'control') await this.#frame(first);
    const session = await stop.before(this.#open());
    if (session === undefined) return stop.code ?? 1;
    this.#session = session;
    this.#run.output.opened(session, { agentText: this.#control?.agentText === true });
    const change = this.#control?.opened(session);
    if (change !== undefined) this.#feed.after(change);
    if (first?.kind === 'user') this.#feed.push(first.input);
    const read = await stop.before(this.#readAll().then(() => true));
    if (read === undefined) await this.#stop(session);
    return stop.code ?? (this.#input.sensible && !this.#failed ? 0 : 1);
  }

  async end(): Promise<void> {
    await this.#control?.dispose();
    if (this.#session !== undefined) await closeSession(this.#run, this.#session);
  }

  async #open(): Promise<Session> {
    const options: OpenOptions = { ...this.#run.open, stays: true };
    return this.#run.loop.open(this.#control === undefined ? options : await this.#control.prepare(options));
  }

  /** Reads on while messages are being answered: answers to questions come the same way. */
  async #readAll(): Promise<void> {
    try {
      for (let next = await this.#input.next(); next !== undefined; next = await this.#input.next()) {
        if (this.#run.stop.signal.aborted) return;
        if (next.kind === 'user') this.#feed.push(next.input);
        else await this.#frame(next);
        await this.#feed.room(() => this.#control?.busy === true);
      }
    } finally {
      this.#control?.hangUp();
    }
    await this.#feed.drained();
    // it may go on by itself
    await this.#run.idle(this.#session!);
  }

  async #frame({ frame }: Extract<Incoming, { readonly kind: 'control' }>): Promise<void> {
    const { connect } = this.#run;
    if (this.#control === undefined && connect === undefined) return this.#refuse(frame);
    this.#control ??= await connect!((text) => this.#input.warn(text));
    const change = this.#control.receive(frame);
    if (change !== undefined) this.#feed.after(change);
  }

  #refuse(frame: { readonly [field: string]: unknown }): void {
    if (frame.type !== 'control_request') return;
    const error = 'this program does not have the control protocol; add an extension that provides control@1';
    this.#run.output.line?.({
      type: 'control_response',
      response: { subtype: 'error', request_id: frame.request_id ?? '', error },
    });
  }

  async #answer(message: UserInput): Promise<void> {
    const session = this.#session!;
    try {
      const result = await session.send(message);
      if (message.shouldQuery !== false || result.isError) this.#failed = result.isError;
      this.#run.output.result(result);
    } catch (error) {
      // whoever took it back knows
      if ((error as Error).name !== 'WithdrawnError') throw error;
    }
  }

  /** The run is to end: what is being answered has a limited time to do so, the rest is not answered. */
  async #stop(session: Session): Promise<void> {
    this.#feed.stop();
    try {
      session.interrupt({ cancelQueued: true }).catch(() => undefined); // what comes of it is seen below
      await bounded(this.#feed.drained(), endLimit);
    } catch (error) {
      const { host } = this.#run;
      void host.stderr.write(
        `${host.distro.command}: the interrupted prompt did not end in time: ${(error as Error).message}\n`,
      );
    }
  }
}
