import type { Invocation } from '../points/cli.ts';
import { service } from '../service.ts';

/** The command line. */
export interface Cli {
  /** The parsed flags of this run. Before `run`: as far as they are known, and what makes no sense is left out. */
  readonly invocation: Invocation;
  /** Parses, dispatches to a subcommand or mode, and gives the exit code. Never throws. */
  run(argv: readonly string[]): Promise<number>;
}

/** The command line. */
export const Cli = service<Cli>('cli@1');
