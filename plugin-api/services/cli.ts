import type { Diagnostic } from '../hooks/app.ts';
import type { Invocation } from '../points/cli.ts';
import { service } from '../service.ts';

/** The command line. */
export interface Cli {
  /** The parsed flags of this run. Before `run`: as far as they are known, and what makes no sense is left out. */
  readonly invocation: Invocation;
  /** What is shown of the warnings of the start for this command line. Default: all. */
  startWarnings?(argv: readonly string[], warnings: readonly Diagnostic[]): Promise<readonly Diagnostic[]>;
  /** Parses, dispatches to a subcommand or mode, and gives the exit code. Never throws. */
  run(argv: readonly string[]): Promise<number>;
}

/** The command line. */
export const Cli = service<Cli>('cli@1');
