import { Control, type ControlClient, type JsonObject, type OpenOptions, type Session } from 'tenon/plugin-api';
import { createHarness, type Harness, type HarnessOptions } from 'tenon/test-kit';
import control from '../index.ts';

type Frame = { readonly [field: string]: unknown };

/** A client in a test: what it was sent, and how it answers. */
export interface Connected {
  readonly h: Harness;
  readonly client: ControlClient;
  /** What the program sent, in order. */
  readonly frames: readonly Frame[];
  readonly warnings: readonly string[];
  /** Sends a request and gives its answer. */
  ask(request: JsonObject): Promise<Frame>;
  /** Opens the session as the client wants it. */
  open(options?: Partial<OpenOptions>): Promise<Session>;
  /** Resolves with the first frame that was sent and fits. */
  sent(fits: (frame: Frame) => boolean): Promise<Frame>;
}

export interface ConnectOptions extends HarnessOptions {
  /** Answers the program's requests; `undefined`: it does not. */
  answer?(request: JsonObject): JsonObject | Error | undefined;
  /** The client has no way to answer. */
  readonly mute?: boolean;
}

/** Connects a client to a program under test. */
export async function connected({ answer, mute, ...options }: ConnectOptions = {}): Promise<Connected> {
  const h = await createHarness({ ...options, extensions: [control, ...(options.extensions ?? [])] });
  const frames: Frame[] = [];
  const warnings: string[] = [];
  const waiting = new Set<() => void>();
  let number = 0;
  const take = (frame: JsonObject) => {
    frames.push(frame);
    for (const look of [...waiting]) look();
    if (frame.type !== 'control_request') return;
    const given = answer?.(frame.request as JsonObject);
    if (given === undefined) return;
    const { request_id } = frame;
    const response =
      given instanceof Error
        ? { subtype: 'error', request_id, error: given.message }
        : { subtype: 'success', request_id, response: given };
    queueMicrotask(() => void client.receive({ type: 'control_response', response }));
  };
  const client = await (await h.kernel.use(Control)).connect({
    warn: (text) => void warnings.push(text),
    ...(mute === true ? {} : { send: take }),
  });
  const sent = (fits: (frame: Frame) => boolean) =>
    new Promise<Frame>((resolve) => {
      const look = () => {
        const found = frames.find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    h,
    client,
    frames,
    warnings,
    sent,
    async ask(request) {
      const id = `r${++number}`;
      void client.receive({ type: 'control_request', request_id: id, request });
      const frame = await sent((one) => one.type === 'control_response' && (one.response as Frame).request_id === id);
      return frame.response as Frame;
    },
    async open(more = {}) {
      const options = { cwd: h.project.dir, model: 'scripted', persist: false, surfaces: [], ...more };
      const session = await h.open(await client.prepare(options));
      await client.opened(session);
      return session;
    },
  };
}
