import { fileURLToPath } from 'node:url';
import { Plugins } from 'tenon/plugin-api';
import { createHarness, entryOf, type Harness, type HarnessOptions } from 'tenon/test-kit';
import extension from '../index.ts';

/** Plugins of every kind, see test/fixtures/plugins. */
export const fixtures = fileURLToPath(new URL('../../../test/fixtures/plugins', import.meta.url));

/** The extension, as a distribution has it. */
export const claudePlugins = entryOf(extension, { kind: 'bundled' });

const SERVERS = /^MCP servers take no part yet/;

/** A program with the extension and folder trust. */
export async function setUp(options: HarnessOptions = {}): Promise<{ readonly h: Harness; readonly plugins: Plugins }> {
  const { expectDiagnostics = [], ...rest } = options;
  const expected = [...expectDiagnostics];
  const h = await createHarness({
    extensions: [claudePlugins],
    bundled: ['trust'],
    expectDiagnostics: expected,
    ...rest,
  });
  // many plugins here bring servers along, and few tests are about them
  if (h.diagnostics.some(({ message }) => SERVERS.test(message))) expected.push(SERVERS);
  return { h, plugins: await h.kernel.use(Plugins) };
}

/** What the extension said, one line each. */
export function warnings(h: Harness): readonly string[] {
  return h.diagnostics.flatMap(({ level, extension: id, message }) =>
    level === 'warning' && id === 'claude-plugins' ? [message] : [],
  );
}

/** Markdown with a front matter. */
export function markdown(fields: string, body = 'Body.'): string {
  return `---\n${fields}\n---\n\n${body}\n`;
}
