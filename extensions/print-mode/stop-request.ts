import type { Disposable, Host } from 'tenon/plugin-api';

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A request from outside to end the run: a signal, or a reader that has gone away. */
export interface StopRequest extends Disposable {
  /** Aborts at the first request. */
  readonly signal: AbortSignal;
  /** The exit code the first request asks for. */
  readonly code: number | undefined;
  /** Resolves with an exit code at the second signal: the user will not wait. */
  readonly urgent: Promise<number>;
  /** What `work` gives, or `undefined` when the request comes first; the work's later failure is then dropped. */
  before<T>(work: Promise<T>): Promise<T | undefined>;
}

/** Listens for requests to stop until it is disposed. */
export function stopRequest(host: Pick<Host, 'onSignal' | 'stdout'>): StopRequest {
  const controller = new AbortController();
  let code: number | undefined;
  let hurry: (code: number) => void = () => {};
  const urgent = new Promise<number>((resolve) => {
    hurry = resolve;
  });
  const stop = (asked: number) => {
    code ??= asked;
    controller.abort();
  };
  const listening = Object.entries(codes).map(([name, asked]) =>
    host.onSignal(name as keyof typeof codes, () => {
      if (controller.signal.aborted) hurry(asked);
      stop(asked);
    }),
  );
  const closed = () => stop(1);
  host.stdout.closed?.addEventListener('abort', closed);
  if (host.stdout.closed?.aborted) closed();
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
    urgent,
    before(work) {
      return new Promise((resolve, reject) => {
        const abort = () => resolve(undefined);
        if (controller.signal.aborted) abort();
        controller.signal.addEventListener('abort', abort);
        work.then(resolve, reject).finally(() => controller.signal.removeEventListener('abort', abort));
      });
    },
    dispose() {
      for (const one of listening) void one.dispose();
      host.stdout.closed?.removeEventListener('abort', closed);
    },
  };
}
