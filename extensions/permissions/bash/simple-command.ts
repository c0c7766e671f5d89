import type { Folders } from './shell-folders.ts';
import type { ShellWord } from './word.ts';

export interface RedirectedFile {
  readonly access: 'read' | 'write';
  readonly target: ShellWord;
}

/** One program or builtin with its arguments, wherever it stands in a command. */
export interface SimpleCommand {
  /** Empty for a command that only assigns or redirects. */
  readonly words: readonly ShellWord[];
  readonly assignments: readonly { readonly name: string; readonly value: ShellWord | undefined }[];
  readonly files: readonly RedirectedFile[];
  /** Texts of here-documents and here-strings. */
  readonly texts: readonly ShellWord[];
  readonly folders: Folders;
  /** The command whose output it reads. */
  readonly source?: SimpleCommand;
  /** Stands in a substitution. */
  readonly nested: boolean;
  /** Loop variables in whose body it stands. */
  readonly loops: ReadonlySet<string>;
  /** As it is written. */
  readonly text: string;
}

export interface Flattened {
  readonly commands: readonly SimpleCommand[];
  /** Why the whole cannot be judged: constructs that are not followed. */
  readonly problems: readonly string[];
  /** Every value that the command gives to a variable; `undefined` among them when one is not literal. */
  readonly assigned: ReadonlyMap<string, readonly ShellWord[]>;
  /** Values of the loop variables alone. */
  readonly loopValues: ReadonlyMap<string, readonly ShellWord[]>;
}
