import { join } from 'node:path';
import { createHarness } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import full from '../../../distros/full.ts';
import type { Examination } from '../finding.ts';

const code = (
  setup: string,
  more = '',
) => `import { Commands, defineExtension, defineTool, Tools } from 'tenon/plugin-api';
${more}
export default defineExtension({ manifest: {} as never, setup(api: any) {
  ${setup}
} });
`;
const tool = `api.add(Tools, defineTool({ name: 'Own', description: 'd', input: { type: 'object' }, run: () => 'x' }));`;

/** Checks a folder `own` with these files. */
async function check(manifest: object | string, files: Record<string, string>) {
  const text =
    typeof manifest === 'string'
      ? manifest
      : JSON.stringify({ id: 'own', version: '1.0.0', api: 1, main: 'a.ts', ...manifest });
  const all = { 'tenon.json': text, ...files };
  const h = await createHarness({
    distro: full,
    files: Object.fromEntries(Object.entries(all).map(([name, content]) => [join('own', name), content])),
    strict: false,
  });
  const exit = await h.run('plugin', 'check', 'own', '--json');
  const report = JSON.parse(h.stdout) as Examination & { readonly ok: boolean };
  const lines = report.findings.map(({ level, about, message }) => `${level} ${about}: ${message}`);
  expect(report.ok).toBe(exit === 0);
  return { exit, report, lines, h };
}

test('a sound extension: what was tried, and what it costs', async () => {
  const { exit, report, lines } = await check(
    {
      taps: ['PreToolUse', 'SessionStart'],
      contributes: { tools: ['Own'], cli: [{ name: '--own', value: 'boolean', description: '' }] },
    },
    {
      'a.ts': code(
        `${tool}\napi.hooks.PreToolUse.tap({ match: 'Own' }, () => undefined);\napi.hooks.SessionStart.tap(({ session }: any) => ({ context: session.id }));`,
      ),
    },
  );
  expect(lines).toEqual([
    'ok manifest: own/tenon.json is sound',
    'note taps: PreToolUse goes on without it when it cannot start; a guard says "required": true',
    expect.stringMatching(/^ok load: it starts, in /),
    'ok taps: 2 of 2 fired with samples',
    'ok names: 1 of own are there',
    expect.stringMatching(/^ok start: [\d.]+ ms more than without it \([\d.]+ ms instead of [\d.]+ ms\)$/),
  ]);
  expect(exit).toBe(0);
  expect(report).toMatchObject({
    id: 'own',
    version: '1.0.0',
    startMs: { with: expect.any(Number), without: expect.any(Number) },
  });
});

const wrong: Record<string, [manifest: object | string, files: Record<string, string>, line: RegExp]> = {
  'a manifest with a field of the wrong type': [
    { taps: 'PreToolUse', extra: 1 },
    { 'a.ts': code('') },
    /^error manifest: own\/tenon\.json: taps must be an array/,
  ],
  'a misspelt field': [
    { tap: [] },
    { 'a.ts': code('') },
    /^error manifest: .*: tap is not known; did you mean taps\?$/,
  ],
  'a service without its major': [
    { requires: ['loop'] },
    { 'a.ts': code('') },
    /^error manifest: .*: requires\.0 must be written noun@major/,
  ],
  'another version of the plugin API': [
    { api: 2 },
    { 'a.ts': code('') },
    /api must be 1, the version of the plugin API/,
  ],
  'settings with a type that there is not': [
    { contributes: { tools: ['Own'] }, config: { type: 'object', properties: { a: { type: 'txt' } } } },
    { 'a.ts': code(tool) },
    /^error schemas: config: .*a: type must be one of string/,
  ],
  'a tool that requires what it does not have': [
    { contributes: { tools: ['Own'] } },
    { 'a.ts': code(tool.replace("{ type: 'object' }", "{ type: 'object', properties: { a: {} }, required: ['b'] }")) },
    /^error schemas: Own: required names b, which properties does not have$/,
  ],
  'a tool that requires what the model is not told': [
    { contributes: { tools: [{ name: 'Own', description: 'd', inputSchema: { type: 'object', properties: {} } }] } },
    { 'a.ts': code(tool.replace("{ type: 'object' }", "{ type: 'object', properties: { a: {} }, required: ['a'] }")) },
    /^error schemas: Own: it requires a, which inputSchema of the manifest does not have/,
  ],
  'a manifest that is no JSON': ['{', { 'a.ts': '' }, /^error manifest: .*tenon\.json: line 1, column 2/],
  'a module that throws': [
    { activate: ['startup'] },
    { 'a.ts': code('', "throw new Error('on import');") },
    /^error load: .*own\/a\.ts:2: on import$/,
  ],
  'a setup that throws': [
    { activate: ['startup'] },
    { 'a.ts': code("throw new Error('in setup');") },
    /^error load: it does not start: in setup$/,
  ],
  'a service that nobody provides': [
    { requires: ['nothing@1'], activate: ['startup'] },
    { 'a.ts': code('') },
    /^error load: .*own needs nothing@1, and no extension provides it/,
  ],
  'a tap that fails': [
    { taps: ['PreToolUse'] },
    { 'a.ts': code('api.hooks.PreToolUse.tap(({ input }: any) => input.nothing.at);') },
    /^error taps: own failed in PreToolUse: Cannot read properties of undefined/,
  ],
  'a missing await': [
    { taps: ['PreToolUse'] },
    { 'a.ts': code("api.hooks.PreToolUse.tap(() => void (async () => { throw new Error('later'); })());") },
    /^error taps: PreToolUse: a promise that nobody waits for failed: later; is an await missing\?$/,
  ],
  'a tap with a patch that makes no sense': [
    { taps: ['QueryStart'] },
    { 'a.ts': code("api.hooks.QueryStart.tap(() => ({ verdict: 'ask' }));") },
    /^error taps: own failed in QueryStart: its verdict "ask" must be one of deny/,
  ],
  'a declared tool that is not added': [
    { contributes: { tools: ['Own', 'Other'] } },
    { 'a.ts': code(tool) },
    /^error names: contributes\.tools: Other is declared, and setup adds no such item/,
  ],
  'a command that is not declared': [
    { contributes: { tools: ['Own'] } },
    { 'a.ts': code(`${tool}\ntry { api.add(Commands, { name: 'own', description: '', run: () => ({}) }); } catch {}`) },
    /^error names: own adds "own" to commands, which its manifest does not declare; add it to contributes\.commands$/,
  ],
  'a tap that is not declared': [
    { contributes: { tools: ['Own'] } },
    { 'a.ts': code(`${tool}\ntry { api.hooks.PreToolUse.tap(() => undefined); } catch {}`) },
    /^error names: own taps PreToolUse, which its manifest does not declare; add it to taps$/,
  ],
};

test.each(Object.entries(wrong))('%s is an error', async (_what, [manifest, files, line]) => {
  const { exit, lines } = await check(manifest, files);
  expect(lines).toContainEqual(expect.stringMatching(line));
  expect(exit).toBe(1);
});

const doubtful: Record<string, [manifest: object, name: string, line: string]> = {
  'a name that another has': [
    { contributes: { tools: ['Read'] } },
    'Read',
    'warning names: contributes.tools: builtin-tools has the name Read, so it will be there under another; choose another, or take it over with "replaces": ["tools:Read"]',
  ],
  'a name that differs in its case': [
    { contributes: { tools: ['bash'] } },
    'bash',
    'warning names: contributes.tools: bash is the same as tools:Bash of builtin-tools but for its case',
  ],
  'a takeover of what is not there': [
    { contributes: { tools: ['Reed'] }, replaces: ['tools:Reed'] },
    'Reed',
    'warning names: replaces: nobody has tools:Reed here; did you mean tools:Read?',
  ],
  'a takeover of what it does not offer': [
    { contributes: { tools: ['Own'] }, replaces: ['tools:Read', 'service:processes@1'] },
    'Own',
    'warning names: replaces: tools:Read takes nothing over, because contributes.tools does not have Read',
  ],
  'a version in words': [
    { contributes: { tools: ['Own'] }, version: 'one' },
    'Own',
    'warning manifest: version "one" is no semantic version, such as "1.0.0"',
  ],
};

test.each(Object.entries(doubtful))('%s is a warning', async (_what, [manifest, name, line]) => {
  const { exit, lines } = await check(manifest, { 'a.ts': code(tool.replace('Own', name)) });
  expect(lines).toContain(line);
  expect(exit).toBe(0);
});

test('a takeover of what is there is none', async () => {
  const { lines } = await check(
    { contributes: { tools: ['Read'] }, replaces: ['tools:Read'] },
    { 'a.ts': code(tool.replace('Own', 'Read')) },
  );
  expect(lines.filter((line) => line.startsWith('warning'))).toEqual([]);
});

test('what is said of a failed start is said once', async () => {
  const { lines } = await check(
    { contributes: { tools: ['Own'] } },
    { 'a.ts': code('api.hooks.PreToolUse.tap(() => undefined);') },
  );
  expect(lines.filter((line) => line.includes('own taps PreToolUse'))).toEqual([
    'error load: it does not start: own taps PreToolUse, which its manifest does not declare; add it to taps',
  ]);
});

test('a guard that is not required, and one whose match fits nothing, get a note', async () => {
  const { lines } = await check(
    { taps: ['PreToolUse'] },
    { 'a.ts': code("api.hooks.PreToolUse.tap({ match: 'bash' }, () => undefined);") },
  );
  expect(lines).toContain(
    'note taps: PreToolUse goes on without it when it cannot start; a guard says "required": true',
  );
  expect(lines).toContainEqual(expect.stringMatching(/`match` fits none of the samples \(Bash, Read, Write, Edit\)/));
});

test('a tap that is declared and never made is a warning', async () => {
  const { exit, lines } = await check({ taps: ['Stop'], contributes: { tools: ['Own'] } }, { 'a.ts': code(tool) });
  expect(lines).toContainEqual(
    expect.stringMatching(/^warning taps: Stop: the manifest declares a tap, and setup makes none/),
  );
  expect(exit).toBe(0);
});

test('it is tried with the services that it uses, in an empty folder', async () => {
  const { lines } = await check(
    { requires: ['loop@1', 'host@1'], taps: ['QueryEnd'] },
    {
      'a.ts': code(`api.hooks.QueryEnd.tap(async () => {
        const loop = await api.use({ id: 'loop@1' });
        const host = await api.use({ id: 'host@1' });
        if (!host.home.includes('plugin-check-')) throw new Error('the home of the user');
        if (loop.sessions().length !== 0) throw new Error('sessions');
      });`),
    },
  );
  expect(lines).toContainEqual('ok taps: 1 of 1 fired with samples');
  expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
});

test('single files and folders without extensions', async () => {
  const { h } = await check({}, { 'a.ts': code('') });
  await h.project.write(
    'one.ts',
    `import { defineExtension } from 'tenon/plugin-api';
export default defineExtension({ manifest: { id: 'one', version: '1.0.0', api: 1, activate: ['startup'] }, setup() {} });`,
  );
  expect(await h.run('plugin', 'check', 'one.ts')).toBe(0);
  expect(h.stdout).toMatch(/one 1\.0\.0 \(one\.ts\)\n {2}ok {7}manifest {2}one\.ts is sound\n(.*\n)*All is well\.\n$/);
  await h.project.write('empty/a.txt', '');
  expect(await h.run('plugin', 'check', 'empty')).toBe(1);
  expect(h.stdout).toMatch(/ERROR {4}manifest {2}empty holds no extension; expected a folder with tenon\.json/);
  expect(await h.run('plugin', 'check', 'a', 'b')).toBe(2);
  await h.project.write('claude/.claude-plugin/plugin.json', '{}');
  expect(await h.run('plugin', 'check', 'claude')).toBe(1);
  expect(h.stdout).toContain("claude is a plugin in Claude's format; tenon plugin validate checks it");
});
