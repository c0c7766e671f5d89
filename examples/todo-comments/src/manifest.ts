import type { Manifest } from 'tenon/plugin-api';
import file from '../tenon.json' with { type: 'json' };

// the module to load is no part of a manifest, and neither is the schema that editors use
const { main: _main, $schema: _schema, ...fields } = file;

/** The manifest, as `tenon.json` has it. */
export const manifest = fields as unknown as Manifest;
