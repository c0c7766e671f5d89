import { defineExtension, HookHandlers, Trust } from 'tenon/plugin-api';
import { createHarness, entryOf } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { claudePlugins } from './setup.ts';

const broken = defineExtension({
  manifest: {
    id: 'broken-trust',
    version: '1.0.0',
    api: 1,
    description: 'A trust that cannot be asked',
    provides: ['trust@1'],
  },
  setup(api) {
    const fail = async () => {
      throw new Error('nobody knows');
    };
    api.provide(Trust, { check: fail, decide: fail });
  },
});

test('hooks of the settings are there when the search for everything else fails', async () => {
  const h = await createHarness({
    extensions: [claudePlugins, entryOf(broken, { kind: 'bundled' })],
    files: { '.claude/commands/c.md': 'Hello.' },
    config: { hooks: { PreToolUse: [{ hooks: [{ type: 'command', command: 'exit 2' }] }] } },
    expectDiagnostics: [/claude-plugins failed in ExtensionDiscovery: nobody knows/],
  });
  expect(h.kernel.declared(HookHandlers)).toHaveLength(1);
});
