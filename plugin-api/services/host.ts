import type { Disposable } from '../dispose.ts';
import type { JsonObject } from '../schema.ts';
import { service } from '../service.ts';

/** A stream of text to a user or a program. */
export interface TextOutput {
  /** Writes text; a promise means that the reader is slow and the writer should wait for it. */
  write(text: string): Promise<void> | undefined;
  /** Resolves when all that was written is with the reader, or the reader is gone. */
  drained(): Promise<void>;
  readonly isTerminal: boolean;
  /** Columns of the terminal, when it is one. */
  readonly columns: number | undefined;
  /** Aborts when the reader is gone: nothing written from then on arrives. */
  readonly closed?: AbortSignal;
}

/** A stream of text from a user or a program. */
export interface TextInput {
  readonly isTerminal: boolean;
  /** Everything up to the end of the input. */
  text(): Promise<string>;
  /** Line by line, without line ends, up to the end of the input. */
  lines(): AsyncIterable<string>;
}

/** What the distribution decided, for every extension to read. */
export interface DistroInfo {
  /** The product's name as users see it. */
  readonly name: string;
  /** The word that starts it. */
  readonly command: string;
  readonly version: string;
  /** Folder names: `user` below the home folder, `project` below a project. */
  readonly folders: { readonly user: string; readonly project: string };
  /** The lowest settings layer. */
  readonly config: JsonObject;
  /** Dotted settings keys that nobody may change. */
  readonly locked: readonly string[];
  /** What models are told in the place of the program's own text. */
  readonly systemPrompt?: string;
  /** Which origins extensions may come from. */
  readonly plugins: 'none' | 'user' | 'user+project';
}

/** The process around the program. Extensions use it instead of `process`, so that a test can be the process. */
export interface Host {
  readonly distro: DistroInfo;
  /** Everything after the program's name on the command line, untouched. */
  readonly argv: readonly string[];
  /** Where the program was started, an absolute path. */
  readonly cwd: string;
  /** The user's home folder. */
  readonly home: string;
  /**
   * The variables of the process, with those of the settings (`env`) over them from the moment `config@1` has started,
   * which opening a session waits for. Look here when you need a variable: settings change.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Puts variables over those of the process, in the place of those put there before. For the provider of `config@1`. */
  layEnv(variables: Readonly<Record<string, string>>): void;
  readonly stdin: TextInput;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** Calls `fn` on a signal to the process, instead of ending it. */
  onSignal(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', fn: () => void): Disposable;
}

/** The process around the program. Provided by whoever runs the kernel. */
export const Host = service<Host>('host@1');
