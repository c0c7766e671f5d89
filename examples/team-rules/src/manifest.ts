import type { Manifest } from 'tenon/plugin-api';
import file from '../tenon.json' with { type: 'json' };

// the file also names the module to load, which is no part of a manifest
const { main: _main, ...fields } = file;

/** The manifest, as `tenon.json` has it. */
export const manifest = fields as unknown as Manifest;

/** The settings under `extensions.team-rules`. */
export interface Rules {
  readonly branches: readonly string[];
  readonly folders: readonly string[];
  readonly advice: readonly string[];
}
