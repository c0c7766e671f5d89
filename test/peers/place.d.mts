/** The names of the programs of others that read our files. */
export const names: readonly string[];

/** Where a peer is installed. */
export function placeOf(name: string): {
  readonly spec: string;
  /** Flags for npm. */
  readonly args: readonly string[];
  /** Only its files are read, so it is unpacked without what it depends on. */
  readonly alone: boolean;
  readonly parent: string;
  readonly folder: string;
  /** The script to run with node, or of a plugin a file that is there. */
  readonly program: string;
};
