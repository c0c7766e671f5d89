import type { DiagnosticCode } from '../plugin-api/index.ts';

/** An error of the kernel: `code` can be compared, `extension` names who it is about, the message says what to do. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
  readonly code: DiagnosticCode;
  readonly extension: string;

  constructor(code: DiagnosticCode, extension: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.extension = extension;
  }
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name;
  return typeof thrown === 'string' ? thrown : `a thrown value that is not an Error (${typeof thrown})`;
}
