/** The names of the programs of others that read our files. */
export const names: readonly string[];

/** Where a peer is installed. */
export function placeOf(name: string): {
  readonly spec: string;
  /** Flags for npm. */
  readonly args: readonly string[];
  readonly parent: string;
  readonly folder: string;
  /** The script to run with node. */
  readonly program: string;
};
