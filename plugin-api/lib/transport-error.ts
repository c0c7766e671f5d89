/**
 * No answer came. `code` is Node's own, or one of ours: `ABORTED`, `CONNECT_TIMEOUT`, `ANSWER_TIMEOUT`, `PROXY_REFUSED`
 * (`status` is what the proxy answered), `BAD_PROXY`, `BAD_CERTIFICATE`.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: string;
  readonly status?: number;
  constructor(code: string, message: string, cause?: unknown, status?: number) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (status !== undefined) this.status = status;
  }
}
