import type { InstructionsLoaded } from 'tenon/plugin-api';

/** Where an instruction file comes from. */
export interface Source {
  readonly kind: InstructionsLoaded['kind'];
  /** The folder that links and imports stay in unless the folder is trusted, without symbolic links. Absent: anywhere. */
  readonly area?: string;
  /** For rules: the folder that their patterns start from. */
  readonly base?: string;
  /** True for folders above the project, where another user of the machine may be able to write. */
  readonly above?: boolean;
}

/** The text of a file, or of a part that was small enough, for the model. */
export interface Instruction {
  readonly path: string;
  readonly kind: InstructionsLoaded['kind'];
  readonly text: string;
  readonly reason: InstructionsLoaded['reason'];
  /** The file that imports it. */
  readonly parent?: string;
  readonly globs?: readonly string[];
}

/** A rule that counts once a file is touched that its patterns fit. */
export interface WaitingRule {
  readonly path: string;
  readonly text: string;
  readonly source: Source;
  readonly globs: readonly string[];
}

/** What a session has of instructions already. */
export class Ledger {
  /** Real paths. */
  readonly files: Set<string>;
  readonly texts: Set<string>;
  /** Folders that were looked into. */
  readonly folders: Set<string>;
  /** Files that did not fit any more. */
  readonly leftOut: string[];
  rules: readonly WaitingRule[];
  characters: number;

  constructor(from?: Ledger) {
    this.files = new Set(from?.files);
    this.texts = new Set(from?.texts);
    this.folders = new Set(from?.folders);
    this.leftOut = [...(from?.leftOut ?? [])];
    this.rules = from?.rules ?? [];
    this.characters = from?.characters ?? 0;
  }
}
