import { Tools } from 'tenon/plugin-api';
import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { greeter, pluginLoader, problems, singleFile } from './user-extensions.ts';

const folder = '.claude/tenon/extensions';
const json = (fields: object) => JSON.stringify({ id: 'bad', version: '1.0.0', api: 1, main: 'a.ts', ...fields });
const code = 'export default { manifest: {}, setup() {} }';

/** Files of a broken extension, and the only line about it. */
const broken: Record<string, [files: Record<string, string>, line: RegExp]> = {
  'a manifest that is no JSON': [
    { 'bad/tenon.json': '{\n  "id": "bad",\n}' },
    /^SETUP_FAILED bad could not be started: .*bad\/tenon\.json: line 2, column 14: expected no "," before "}".*; correct or remove the file$/,
  ],
  'a manifest that is no object': [{ 'bad/tenon.json': '[]' }, /bad\/tenon\.json: must hold an object/],
  'a package whose field is no object': [
    { 'bad/package.json': '{ "name": "bad", "tenon": "./tenon.json" }' },
    /bad\/package\.json: tenon: must be the manifest, an object/,
  ],
  'a manifest with a misspelt field': [
    { 'bad/tenon.json': json({ tap: ['PreToolUse'] }), 'bad/a.ts': code },
    /^MANIFEST_BAD bad \(.*extensions\/bad\): tap: is not a known field; did you mean taps\?$/,
  ],
  'another major of the API': [
    { 'bad/tenon.json': json({ api: 2 }), 'bad/a.ts': code },
    /^API_MISMATCH bad \(.*extensions\/bad\): api is 2, this program speaks 1/,
  ],
  'a module that is not there': [
    { 'bad/tenon.json': json({ main: 'dist/a.js' }) },
    /bad\/tenon\.json: main: there is no file dist\/a\.js; build it, or correct "main"$/,
  ],
  'no module at all': [
    { 'bad/tenon.json': json({ main: undefined }) },
    /bad\/tenon\.json: names no module; add "main", such as/,
  ],
  'a module elsewhere': [
    { 'bad/tenon.json': json({ main: '../x.js' }), 'x.d.ts': '' },
    /bad\/tenon\.json: main: \.\.\/x\.js leads out of bad/,
  ],
  'an error on import': [
    {
      'bad/tenon.json': json({ activate: ['startup'] }),
      'bad/a.ts': "\ninterface A { b: string }\nthrow new Error('not today');",
    },
    /^SETUP_FAILED bad could not be started: \/.*bad\/a\.ts:3: not today$/,
  ],
  'a mistake in the code': [
    { 'bad/tenon.json': json({ activate: ['startup'] }), 'bad/a.ts': 'const a = 1;\nconst b = = 2;\n' },
    /bad could not be started: .*bad\/a\.ts:2: ParseError: Unexpected token$/,
  ],
  'an import that leads nowhere': [
    { 'bad/tenon.json': json({ activate: ['startup'] }), 'bad/a.ts': "import './nowhere.ts';" },
    /bad could not be started: .*nowhere\.ts/,
  ],
  'no default export': [
    { 'bad/tenon.json': json({ activate: ['startup'] }), 'bad/a.ts': 'export const a = 1;' },
    /bad\/a\.ts has no extension as its default export; write `export default defineExtension/,
  ],
  'a single file without a manifest': [
    { 'bad.ts': 'export default { setup() {} }' },
    /bad\.ts has no manifest; write `export default defineExtension/,
  ],
  'a single file that throws': [
    { 'bad.mjs': "export const a = 1;\nthrow new TypeError('no');" },
    /^SETUP_FAILED bad\.mjs could not be started: \/.*bad\.mjs:2: no$/,
  ],
};

test.each(Object.entries(broken))('%s: one line, and everything else goes on', async (_what, [files, line]) => {
  const h = await createHarness({
    extensions: [pluginLoader],
    homeFiles: {
      ...greeter('fine'),
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])),
    },
    model: [callTool('Greet'), say('done')],
    permissions: 'allow-all',
    strict: false,
  });
  const run = await h.prompt('go');
  expect(run.calls('Greet')).toMatchObject([{ result: 'hello' }]);
  expect(problems(h.diagnostics)).toEqual([expect.stringMatching(line)]);
});

test('a path of --plugin that holds nothing is named, with what was expected', async () => {
  const h = await createHarness({
    extensions: [pluginLoader],
    flags: { plugin: ['./nowhere'] },
    expectDiagnostics: ['SETUP_FAILED'],
  });
  expect(problems(h.diagnostics)).toEqual([
    expect.stringMatching(/\/nowhere: --plugin: there is no extension; expected a folder with tenon\.json, /),
  ]);
});

test("a plugin in Claude's format has a flag of its own", async () => {
  const h = await createHarness({
    extensions: [pluginLoader],
    files: { 'mine/.claude-plugin/plugin.json': '{ "name": "mine" }' },
    flags: { plugin: ['./mine'] },
    expectDiagnostics: ['SETUP_FAILED'],
  });
  expect(problems(h.diagnostics)).toEqual([expect.stringMatching(/in Claude's format; give it as --plugin-dir$/)]);
});

test('two extensions with one name: the first has it, and it is said', async () => {
  const h = await createHarness({
    extensions: [pluginLoader],
    homeFiles: { ...greeter('a', 'first'), ...greeter('b', 'second') },
    expectDiagnostics: ['NAME_TAKEN'],
  });
  const tool = async (name: string) => (await h.kernel.item(Tools, name))?.run({} as never, {} as never);
  expect([await tool('Greet'), await tool('b_Greet')]).toEqual(['first', 'second']);
});

test('an error later on names the line of the TypeScript file', async () => {
  const h = await createHarness({
    extensions: [pluginLoader],
    homeFiles: {
      [`${folder}/late.ts`]: singleFile(
        'late',
        'type A = {\n  b: string;\n};\nfunction fail(a: A): never {\n  throw new Error(a.b);\n}',
      ).replace("run: () => 'from late'", "run: (): string => fail({ b: 'late' })"),
    },
  });
  const tool = await h.kernel.item(Tools, 'lateTool');
  const run = async () => tool?.run({} as never, {} as never);
  const stack = await run().catch((error: Error) => error.stack);
  expect(stack).toMatch(/at fail \(.*late\.ts:6:/);
});

test('a guard that is broken guards on: calls are denied until it is mended', async () => {
  const guard = { taps: ['PreToolUse'], required: true };
  const file = `${folder}/bad/tenon.json`;
  const h = await createHarness({
    extensions: [pluginLoader],
    homeFiles: { ...greeter('fine'), [file]: json({ ...guard, main: 'gone.ts' }) },
    model: [callTool('Greet'), say('done')],
    permissions: 'allow-all',
    strict: false,
  });
  const run = await h.prompt('go');
  expect(run.calls('Greet')).toMatchObject([{ verdict: 'deny' }]);
  expect(run.requests[1]).toContainToolResult(/bad must agree and is not running .*there is no file gone\.ts/);
});
