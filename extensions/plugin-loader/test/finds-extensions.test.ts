import { Tools } from 'tenon/plugin-api';
import { createHarness, tempProject } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { greeter, pluginLoader, singleFile } from './user-extensions.ts';

const folder = '.claude/tenon/extensions';

async function program(homeFiles: Record<string, string>, more: Parameters<typeof createHarness>[0] = {}) {
  const h = await createHarness({ extensions: [pluginLoader], homeFiles, ...more });
  const tool = async (name: string) => (await h.kernel.item(Tools, name))?.run({} as never, {} as never);
  const state = (id: string) => h.kernel.extensions.list().find(({ manifest }) => manifest.id === id)?.state;
  return { h, tool, state };
}

describe('an extension of the user', () => {
  test('in a folder with tenon.json takes part, and its code is loaded when it is used', async () => {
    const { tool, state } = await program(greeter('hi'));
    expect(state('hi')).toBe('idle');
    expect(await tool('Greet')).toBe('hello');
    expect(state('hi')).toBe('active');
  });

  test('in one file takes part, in TypeScript and in JavaScript', async () => {
    const { tool } = await program({
      [`${folder}/one.ts`]: singleFile('one'),
      [`${folder}/two.mjs`]: `import { defineExtension, defineTool, Tools } from 'tenon/plugin-api';
        import { nearest } from 'tenon/plugin-api/lib/nearest';
        import { z } from 'zod';
        export default defineExtension({
          manifest: { id: 'two', version: '1', api: 1, contributes: { tools: ['Two'] } },
          setup(api) {
            const input = z.object({ n: z.number().default(2) });
            api.add(Tools, defineTool({ name: 'Two', description: '', input, run: () => nearest('thre', ['three']) }));
          },
        });`,
      [`${folder}/three.cjs`]: `const { defineTool, Tools } = require('tenon/plugin-api');
        exports.default = {
          manifest: { id: 'three', version: '1', api: 1, contributes: { tools: ['Three'] } },
          setup(api) { api.add(Tools, defineTool({ name: 'Three', description: '', input: { type: 'object' }, run: () => 'cjs' })); },
        };`,
    });
    expect(await Promise.all([tool('oneTool'), tool('Two'), tool('Three')])).toEqual(['from one', 'three', 'cjs']);
  });

  test('in a package with the field tenon, or with the keyword, takes part', async () => {
    const { tool, state } = await program({
      [`${folder}/field/package.json`]: JSON.stringify({
        name: '@acme/field',
        version: '3.1.0',
        main: './lib.js',
        tenon: { api: 1, contributes: { tools: ['fieldTool'] } },
      }),
      [`${folder}/field/lib.js`]: `import { defineTool, Tools } from 'tenon/plugin-api';
        export default { manifest: {}, setup(api) {
          api.add(Tools, defineTool({ name: 'fieldTool', description: '', input: { type: 'object' }, run: () => 'field' }));
        } };`,
      [`${folder}/word/package.json`]: JSON.stringify({
        name: 'word',
        keywords: ['tenon-extension'],
        exports: './a.ts',
      }),
      [`${folder}/word/a.ts`]: singleFile('word'),
      [`${folder}/other/package.json`]: JSON.stringify({ name: 'no-extension' }),
      [`${folder}/README.md`]: 'nothing',
    });
    expect(state('@acme/field')).toBe('idle');
    expect(await Promise.all([tool('fieldTool'), tool('wordTool')])).toEqual(['field', 'from word']);
    expect(state('no-extension')).toBeUndefined();
  });

  test('that was installed takes part in the version that counts', async () => {
    const manifest = { api: 1, main: 'a.js', activate: ['idle'] };
    const version = (name: string, id: string) => ({
      [`${folder}/${name}/tenon.json`]: JSON.stringify({ id, version: name.split('/').at(-1), ...manifest }),
      [`${folder}/${name}/a.js`]: 'export default { manifest: {}, setup() {} }',
    });
    const { h } = await program({
      ...version('newest/1.9.0', 'newest'),
      ...version('newest/1.10.0', 'newest'),
      ...version('newest/1.11.0-beta.1', 'newest'),
      ...version('chosen/1.0.0', 'chosen'),
      ...version('chosen/2.0.0', 'chosen'),
      [`${folder}/chosen/current`]: '1.0.0\n',
      ...version('@acme/deep/1.0.0', '@acme/deep'),
    });
    const versions = h.kernel.extensions.list().map(({ manifest }) => `${manifest.id} ${manifest.version}`);
    expect(versions).toEqual(expect.arrayContaining(['newest 1.11.0-beta.1', 'chosen 1.0.0', '@acme/deep 1.0.0']));
    expect(versions.filter((name) => /newest|chosen/.test(name))).toHaveLength(2);
  });

  test('that the settings disable does not take part', async () => {
    const { state } = await program(greeter('hi'), {
      config: { extensions: { 'plugin-loader': { disabled: ['hi'] } } },
    });
    expect(state('hi')).toBeUndefined();
  });

  test('may take over a built-in tool', async () => {
    const { tool } = await program(
      {
        [`${folder}/mine.ts`]: singleFile('mine')
          .replaceAll('mineTool', 'Read')
          .replace('api: 1,', "api: 1, replaces: ['tools:Read'],"),
      },
      { bundled: ['builtin-tools'] },
    );
    expect(await tool('Read')).toBe('from mine');
  });
});

test('what --plugin names takes part, in the place of what is installed under its id', async () => {
  const { dir } = await tempProject({
    files: Object.fromEntries(
      Object.entries(greeter('hi', 'from the command line')).map(([path, text]) => [
        path.replace(`${folder}/`, ''),
        text,
      ]),
    ),
  });
  const { tool, h } = await program(greeter('hi'), { flags: { plugin: [`${dir}/hi`] } });
  expect(await tool('Greet')).toBe('from the command line');
  expect(h.kernel.extensions.list().filter(({ manifest }) => manifest.id === 'hi')).toHaveLength(1);
});

test.each([
  ['a distribution without plugins', {}, 'none', [], /Tenon bare takes no extensions from outside/],
  ['--safe-mode', { 'safe-mode': true }, 'user', [], /--safe-mode is given/],
  ['--bare', { bare: true }, 'user', ['given'], undefined],
  ['no flag', {}, 'user', ['given', 'hi'], undefined],
] as const)('%s decides what takes part', async (_what, flags, plugins, expected, warning) => {
  const { default: bare } = await import('../../../distros/bare.ts');
  const { dir } = await tempProject({ files: { 'given.ts': singleFile('given') } });
  const h = await createHarness({
    distro: { ...bare, plugins, extensions: bare.extensions.filter(({ manifest }) => manifest.id !== 'cli') },
    extensions: [pluginLoader],
    flags: { ...flags, plugin: [`${dir}/given.ts`] },
    homeFiles: greeter('hi'),
    strict: false,
  });
  const ids = h.kernel.extensions.list().map(({ manifest }) => manifest.id);
  expect(ids.filter((id) => ['given', 'hi'].includes(id))).toEqual(expected);
  const warnings = h.diagnostics.filter(({ level }) => level === 'warning').map(({ message }) => message);
  expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
});

test('where the settings forbid flags that bring extensions along, --plugin is not followed', async () => {
  const { dir } = await tempProject({ files: { 'given.ts': singleFile('given') } });
  const h = await createHarness({
    extensions: [pluginLoader],
    flags: { plugin: [`${dir}/given.ts`] },
    config: { disableSideloadFlags: true },
    expectDiagnostics: ['LOG'],
  });
  expect(h.kernel.extensions.list().some(({ manifest }) => manifest.id === 'given')).toBe(false);
});
