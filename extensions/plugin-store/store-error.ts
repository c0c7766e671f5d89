/** Why something about plugins could not be done; the message is for the user. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  /** For programs: `not-found`, `network`, `integrity`, `policy`, …. */
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
