import type { Diagnostic, DiagnosticCode, Log } from '../plugin-api/index.ts';
import type { KernelError } from './errors.ts';

/** How many diagnostics are kept; older ones are dropped. */
const KEPT = 1_000;

/** The single outlet of everything that goes wrong. */
export class Diagnostics {
  private readonly kept: Diagnostic[] = [];
  private readonly publish: (diagnostic: Diagnostic) => void;
  private publishing = false;

  constructor(publish: (diagnostic: Diagnostic) => void) {
    this.publish = publish;
  }

  report(level: Diagnostic['level'], code: DiagnosticCode, extension: string, message: string, cause?: unknown): void {
    const diagnostic: Diagnostic = {
      level,
      code,
      extension,
      message,
      time: Date.now(),
      ...(cause === undefined ? {} : { cause }),
    };
    this.kept.push(diagnostic);
    if (this.kept.length > KEPT) this.kept.shift();
    // a reader of diagnostics that fails would be reported to itself for ever
    if (this.publishing) return;
    this.publishing = true;
    try {
      this.publish(diagnostic);
    } finally {
      this.publishing = false;
    }
  }

  error(error: KernelError): void {
    this.report('error', error.code, error.extension, error.message, error.cause);
  }

  list(): readonly Diagnostic[] {
    return [...this.kept];
  }

  log(extension: string): Log {
    const at = (level: Diagnostic['level']) => (message: string, data?: unknown) =>
      this.report(level, 'LOG', extension, message, data);
    return { debug: at('debug'), info: at('info'), warn: at('warning'), error: at('error') };
  }
}
