import type { Host, UserInput } from 'tenon/plugin-api';
import { inputMessage } from './input-message.ts';

/** What reading stream-json input needs from the run. */
export interface FeedSink {
  /** Answers one message; messages are given one after the other. */
  send(input: UserInput): Promise<void>;
  /** Writes a line to stdout. */
  reply(value: unknown): void;
  readonly signal: AbortSignal;
}

const maxWaiting = 100;

/**
 * Reads messages line by line and sends them in order, until the input ends, a line makes no sense, or `signal` aborts.
 * Control requests are answered at once, also while a message is being answered.
 * @returns false when a line made no sense
 */
export async function feedMessages(host: Pick<Host, 'stdin' | 'stderr' | 'distro'>, sink: FeedSink): Promise<boolean> {
  let waiting = 0;
  let room: () => void = () => {};
  let last: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  const warned = new Set<string>();
  const warn = (text: string) => void host.stderr.write(`${host.distro.command}: standard input, ${text}\n`);
  let number = 0;
  let sensible = true;
  for await (const line of host.stdin.lines()) {
    number++;
    if (sink.signal.aborted || failure !== undefined) break;
    const message = inputMessage(line);
    if (message.kind === 'malformed') {
      warn(`line ${number}: ${message.problem}`);
      sensible = false;
      break;
    }
    if (message.kind === 'control') {
      sink.reply(refusal(message.id, message.subtype));
    } else if (message.kind === 'unknown' && !warned.has(message.type) && warned.size < maxWaiting) {
      warned.add(message.type);
      warn(
        `line ${number}: messages of type ${JSON.stringify(message.type.slice(0, 60))} are not known and passed over`,
      );
    } else if (message.kind === 'user') {
      waiting++;
      last = last.then(async () => {
        try {
          if (!sink.signal.aborted && failure === undefined) await sink.send(message.input);
        } catch (error) {
          failure = { error };
        }
        waiting--;
        room();
      });
      if (waiting >= maxWaiting) {
        await new Promise<void>((resolve) => {
          room = resolve;
        });
      }
    }
  }
  await last;
  if (failure !== undefined) throw failure.error;
  return sensible;
}

function refusal(id: string | undefined, subtype: string): unknown {
  return {
    type: 'control_response',
    response: {
      subtype: 'error',
      request_id: id ?? '',
      error: `control requests are not supported yet (${subtype})`,
    },
  };
}
