import type { Entry, Extension, Origin } from 'tenon/plugin-api';

/** The entry of an extension whose code is already here. `origin` defaults to `bundled`; an entry is given back as it is. */
export function entryOf(extension: Extension<never> | Entry, origin: Origin = { kind: 'bundled' }): Entry {
  if (!('setup' in extension)) return extension;
  return { manifest: extension.manifest, origin, load: async () => extension };
}
