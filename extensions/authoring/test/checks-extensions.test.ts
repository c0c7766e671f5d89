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
export default defineExtension({ manifest: { id: 'one', version: '1', api: 1, activate: ['startup'] }, setup() {} });`,
  );
  expect(await h.run('plugin', 'check', 'one.ts')).toBe(0);
  expect(h.stdout).toMatch(/one 1 \(one\.ts\)\n {2}ok {7}manifest {2}one\.ts is sound\n(.*\n)*All is well\.\n$/);
  await h.project.write('empty/a.txt', '');
  expect(await h.run('plugin', 'check', 'empty')).toBe(1);
  expect(h.stdout).toMatch(/ERROR {4}manifest {2}empty holds no extension; expected a folder with tenon\.json/);
  expect(await h.run('plugin', 'check', 'a', 'b')).toBe(2);
});
