import type { Entry, HookName, InstructionsLoaded } from 'tenon/plugin-api';
import { defineExtension } from 'tenon/plugin-api';
import { createHarness, type Harness, type HarnessOptions, type SeenRequest } from 'tenon/test-kit';
import { manifest } from '../manifest.ts';

const memory: Entry = {
  manifest,
  origin: { kind: 'bundled' },
  load: async () => (await import('../index.ts')).default,
};

/** A program with memory files, and what it said about those it loaded. */
export async function remembering(options: HarnessOptions): Promise<{ h: Harness; heard: InstructionsLoaded[] }> {
  const heard: InstructionsLoaded[] = [];
  const listener = defineExtension({
    manifest: { id: 'listener', version: '1.0.0', api: 1, taps: ['InstructionsLoaded'] as readonly HookName[] },
    setup: (api) => void api.hooks.InstructionsLoaded.tap((value) => void heard.push(value)),
  });
  const h = await createHarness({ bundled: ['trust'], ...options, extensions: [memory, listener] });
  return { h, heard };
}

/** The text of all messages of a request. */
export function textOf(request: SeenRequest | undefined): string {
  return (request?.messages ?? [])
    .flatMap(({ content }) =>
      typeof content === 'string' ? [content] : content.map((block) => ('text' in block ? String(block.text) : '')),
    )
    .join('\n====\n');
}

/** What the extension said to the user. */
export function saidBy(h: Harness): string[] {
  return h.diagnostics
    .filter(({ extension, level }) => extension === 'memory' && level === 'warning')
    .map(({ message }) => message);
}
