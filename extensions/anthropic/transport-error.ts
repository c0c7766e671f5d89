/** No answer came. `code` is Node's own, or one of ours: `ABORTED`, `CONNECT_TIMEOUT`, `ANSWER_TIMEOUT`, `PROXY_REFUSED`, `BAD_PROXY`. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
