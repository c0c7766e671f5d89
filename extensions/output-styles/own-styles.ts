import type { OutputStyle } from 'tenon/plugin-api';
import { manifest, type OwnStyle } from './manifest.ts';

/** The styles of this extension. */
export function ownStyles(): readonly OutputStyle[] {
  return manifest.contributes['output-styles'].map((declaration) => ({
    ...declaration,
    keepCodingInstructions: true,
    async body() {
      if (declaration.name === 'default') return '';
      return (await import('./texts.ts')).TEXTS[declaration.name satisfies OwnStyle];
    },
  }));
}
