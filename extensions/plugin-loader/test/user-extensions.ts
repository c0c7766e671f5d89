import type { Diagnostic } from 'tenon/plugin-api';
import { entryOf } from 'tenon/test-kit';
import loader from '../index.ts';

/** The loader, as a distribution has it. */
export const pluginLoader = entryOf(loader, { kind: 'bundled' });

/** A native extension in TypeScript that denies calls of Bash and offers a tool. */
export function greeter(id: string, greeting = 'hello'): Record<string, string> {
  const folder = `.claude/tenon/extensions/${id}`;
  return {
    [`${folder}/tenon.json`]: JSON.stringify({
      id,
      version: '1.0.0',
      api: 1,
      main: 'src/index.ts',
      contributes: { tools: ['Greet'] },
    }),
    [`${folder}/src/index.ts`]: `import { defineExtension, defineTool, Tools, type Manifest } from 'tenon/plugin-api';
import manifest from '../tenon.json';
import { greeting } from './greeting.ts';
export default defineExtension({
  manifest: manifest as unknown as Manifest,
  setup(api) {
    api.add(Tools, defineTool({ name: 'Greet', description: 'Greets', input: { type: 'object' }, run: () => greeting() }));
  },
});
`,
    [`${folder}/src/greeting.ts`]: `export const greeting = (): string => '${greeting}';\n`,
  };
}

/** A single file with its manifest in it. */
export function singleFile(id: string, more = ''): string {
  return `import { defineExtension, defineTool, Tools, type Manifest } from 'tenon/plugin-api';
${more}
const manifest: Manifest = { id: '${id}', version: '2.0.0', api: 1, contributes: { tools: ['${id}Tool'] } };
export default defineExtension({
  manifest,
  setup(api) {
    api.add(Tools, defineTool({ name: '${id}Tool', description: 'From a file', input: { type: 'object' }, run: () => 'from ${id}' }));
  },
});
`;
}

/** Warnings and errors, one line each. */
export function problems(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.flatMap(({ level, code, message }) =>
    level === 'warning' || level === 'error' ? [`${code} ${message}`] : [],
  );
}
