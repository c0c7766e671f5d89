import type { TemplateValues } from './new-plugin.ts';

/** The files of an extension of Tenon by path: a tool, a guard, settings, tests. */
export function nativeFiles({
  name,
  short,
  command,
  version,
  source,
}: TemplateValues): Readonly<Record<string, string>> {
  return {
    'tenon.json': json({
      $schema: './node_modules/tenon/dist/tenon.schema.json',
      id: name,
      version: '0.1.0',
      api: 1,
      main: 'src/index.ts',
      description: 'Greets people, and keeps their names out of commands',
      taps: ['PreToolUse'],
      contributes: {
        tools: [{ name: 'Greet', description: 'Greets somebody by name' }],
      },
      config: {
        type: 'object',
        properties: {
          greeting: { type: 'string', default: 'Hello', description: 'The word that greets' },
          secretNames: {
            type: 'array',
            items: { type: 'string' },
            default: [],
            description: 'Names that no command may hold',
          },
        },
        additionalProperties: false,
      },
    }),
    'package.json': json({
      name,
      version: '0.1.0',
      description: 'An extension of Tenon',
      type: 'module',
      keywords: ['tenon-extension'],
      files: ['tenon.json', 'src'],
      scripts: { test: 'vitest run', typecheck: 'tsc --noEmit' },
      peerDependencies: { tenon: `^${version}` },
      devDependencies: {
        '@types/node': '^20.19.0',
        tenon: source,
        typescript: '^7.0.2',
        vitest: '^4.1.12',
      },
    }),
    // a copy, and not a link: what is linked does not find the packages of this folder
    '.npmrc': 'install-links=true\n',
    '.gitignore': 'node_modules/\n',
    'tsconfig.json': json({
      compilerOptions: {
        target: 'es2023',
        lib: ['es2023', 'esnext.disposable'],
        module: 'nodenext',
        types: ['node'],
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        verbatimModuleSyntax: true,
        allowImportingTsExtensions: true,
        resolveJsonModule: true,
        skipLibCheck: true,
        noEmit: true,
      },
      include: ['src', 'test'],
    }),
    'src/manifest.ts': `import type { Manifest } from 'tenon/plugin-api';
import file from '../tenon.json' with { type: 'json' };

// the module to load is not a part of a manifest, and neither is the schema
const { main: _main, $schema: _schema, ...fields } = file;

/** The manifest, as tenon.json has it. */
export const manifest = fields as unknown as Manifest;

/** The settings under \`extensions.${name}\`. */
export interface Settings {
  readonly greeting: string;
  readonly secretNames: readonly string[];
}
`,
    'src/index.ts': `import { defineExtension, Tools } from 'tenon/plugin-api';
import { greetTool } from './greet-tool.ts';
import { manifest, type Settings } from './manifest.ts';

export default defineExtension<Settings>({
  manifest,
  setup(api) {
    api.add(Tools, greetTool(() => api.config.greeting));
    // a gate: whatever others say, a denial stays one
    api.hooks.PreToolUse.tap({ match: 'Bash' }, ({ input }) => {
      const secret = api.config.secretNames.find((one) => String(input.command).includes(one));
      if (secret === undefined) return undefined;
      return { verdict: 'deny', reason: 'The command holds a name that is secret. Write it without.' };
    });
  },
});
`,
    'src/greet-tool.ts': `import { defineTool } from 'tenon/plugin-api';

/** A tool that greets. The greeting is asked for at each call, so that the settings may change. */
export function greetTool(greeting: () => string) {
  return defineTool<{ readonly name: string }>({
    name: 'Greet',
    description: 'Greets somebody by name',
    input: {
      type: 'object',
      properties: { name: { type: 'string', minLength: 1, description: 'Whom to greet' } },
      required: ['name'],
      additionalProperties: false,
    },
    // calls that change nothing may run at the same time
    readOnly: () => true,
    run: ({ name }) => \`\${greeting()}, \${name}!\`,
  });
}
`,
    'test/greets.test.ts': `import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import extension from '../src/index.ts';

const id = extension.manifest.id;

test('the model greets with the word of the settings', async () => {
  const h = await createHarness({
    extensions: [extension],
    config: { extensions: { [id]: { greeting: 'Good day' } } },
    model: [callTool('Greet', { name: 'Ada' }), say('done')],
    answers: { permission: 'allow' },
  });
  const run = await h.prompt('greet Ada');
  expect(run.calls('Greet')).toMatchObject([{ verdict: 'allow', result: 'Good day, Ada!' }]);
});

test('a command that holds a secret name is denied, even where everything is allowed', async () => {
  const h = await createHarness({
    extensions: [extension],
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    config: { extensions: { [id]: { secretNames: ['Bond'] } } },
    model: [callTool('Bash', { command: 'echo James Bond' }), say('sorry')],
  });
  const run = await h.prompt('say his name');
  expect(run.calls('Bash')).toMatchObject([{ verdict: 'deny' }]);
  expect(run.requests[1]).toContainToolResult(/a name that is secret/);
});
`,
    'README.md': `# ${name}

An extension of Tenon: a tool (\`src/greet-tool.ts\`), a guard (\`src/index.ts\`) and settings (\`tenon.json\`).

    npm install && npm test        # with the real program, a scripted model and a scripted user
    ${command} --plugin .          # run it; a changed file is reloaded between two turns
    ${command} plugin check        # manifest, types, taps, names, and what it costs at a start

\`tenon.json\` is its manifest: what it taps and contributes is known before any of its code runs. Settings, in the settings
file of the user:

\`\`\`json
{ "extensions": { "${name}": { "greeting": "Good day", "secretNames": ["Bond"] } } }
\`\`\`

To keep it: put this folder, ${short}, into \`tenon/extensions\` of the user's folder. \`devDependencies.tenon\` names the
installation that made this folder; others use the version in \`peerDependencies\`.
`,
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
