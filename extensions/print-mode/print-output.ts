import type { Host, ResultEvent, SessionEvent, SessionEventValue, SessionRef } from 'tenon/plugin-api';
import { jsonLine } from 'tenon/plugin-api/lib/json-line';
import { type StreamJsonOptions, streamJsonLine, toStreamJson } from 'tenon/plugin-api/lib/stream-json';
import { errorLine, printable } from './error-line.ts';
import { LineWriter } from './line-writer.ts';

/** Where the outcome of a session goes. */
export interface PrintOutput {
  /** Told once the session is open, and what the reader wants to see besides. */
  opened(session: SessionRef, more?: { readonly agentText: boolean }): void;
  /** Takes the end of a prompt. */
  result(result: ResultEvent): void;
  /** Resolves when everything is with the reader. */
  end(): Promise<void>;
}

/** The answer on stdout, or one line on stderr that says what went wrong. */
export function textOutput(host: Pick<Host, 'stdout' | 'stderr' | 'distro'>): PrintOutput {
  let id = '';
  return {
    opened(session) {
      ({ id } = session);
    },
    result(result) {
      if (result.deferredToolUse !== undefined) {
        const { name } = result.deferredToolUse;
        void host.stderr.write(`${host.distro.command}: a call of ${name} was put off; go on with --resume ${id}\n`);
      }
      const denied = deniedLine(host.distro.command, result);
      if (denied !== undefined) void host.stderr.write(denied);
      if (result.isError) {
        void host.stderr.write(errorLine(host.distro.command, result));
        return;
      }
      const answer = result.structuredOutput === undefined ? result.result : JSON.stringify(result.structuredOutput);
      const text = host.stdout.isTerminal ? printable(answer) : answer;
      void host.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    end: () => host.stdout.drained(),
  };
}

/** The answer need not say that something was not done, and nobody was there to be asked. */
function deniedLine(command: string, { permissionDenials }: ResultEvent): string | undefined {
  if (permissionDenials.length === 0) return undefined;
  const count = permissionDenials.length === 1 ? '1 call was' : `${permissionDenials.length} calls were`;
  const names = [...new Set(permissionDenials.map(({ toolName }) => printable(toolName)))].join(', ');
  return `${command}: ${count} denied (${names}); --allowedTools and --permission-mode say what may run\n`;
}

/** The result message as one line. */
export class JsonOutput implements PrintOutput {
  readonly #host: Pick<Host, 'stdout' | 'distro'>;
  #session: string | undefined;
  #last: SessionEvent | undefined;

  constructor(host: Pick<Host, 'stdout' | 'distro'>) {
    this.#host = host;
  }

  opened(session: SessionRef): void {
    this.#session = session.id;
  }

  /** A tap of SessionEvent, for events of type `result`. */
  event({ session, event }: SessionEventValue): undefined {
    if (session.id === this.#session) this.#last = event;
  }

  result(): void {
    if (this.#last === undefined) return;
    const message = toStreamJson(this.#last, { version: this.#host.distro.version });
    void this.#host.stdout.write(jsonLine(message));
  }

  end(): Promise<void> {
    return this.#host.stdout.drained();
  }
}

/**
 * Every event of one session as a line. Readers want `init` before what is said, so what comes earlier waits for it: all
 * but the state of the session and what hooks do.
 */
export class StreamJsonOutput implements PrintOutput {
  #options: StreamJsonOptions;
  readonly #writer: LineWriter;
  #session: string | undefined;
  #held: SessionEventValue[] | undefined = [];

  constructor(host: Pick<Host, 'stdout'>, options: StreamJsonOptions) {
    this.#options = options;
    this.#writer = new LineWriter(host.stdout);
  }

  opened(session: SessionRef, more?: { readonly agentText: boolean }): void {
    this.#session = session.id;
    if (more?.agentText === true) this.#options = { ...this.#options, agentText: true };
    const held = this.#held ?? [];
    this.#held = [];
    for (const value of held) this.event(value);
  }

  /** A tap of SessionEvent: a promise means that the reader is slow. */
  event(value: SessionEventValue): Promise<void> | undefined {
    if (this.#held !== undefined) return this.#hold(value, this.#held);
    return rootId(value.session) === this.#session ? this.#write(value.event) : undefined;
  }

  /** Written already: the result is one of the events. */
  result(): void {}

  /** Writes a line that is not of the session. */
  line(value: unknown): void {
    void this.#writer.write(jsonLine(value));
  }

  end(): Promise<void> {
    return this.#writer.end();
  }

  #write(event: SessionEvent): Promise<void> | undefined {
    const line = streamJsonLine(event, this.#options);
    return line === undefined ? undefined : this.#writer.write(line);
  }

  #hold(value: SessionEventValue, held: SessionEventValue[]): undefined {
    const own = this.#session === undefined || rootId(value.session) === this.#session;
    if (!own) return;
    const { type } = value.event;
    // what hooks do and that the session is at work comes before what they lead to
    if (this.#session !== undefined && (type === 'state' || type === 'hook')) {
      void this.#write(value.event);
      return;
    }
    if (this.#session === undefined || (type !== 'init' && type !== 'result')) {
      held.push(value);
      return;
    }
    this.#held = undefined;
    for (const one of type === 'init' ? [value, ...held] : [...held, value]) this.event(one);
  }
}

function rootId(session: SessionRef): string {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  return root.id;
}
