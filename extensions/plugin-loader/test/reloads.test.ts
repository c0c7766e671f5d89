import { Commands, PluginLoader, Tools } from 'tenon/plugin-api';
import { callTool, createHarness, say, tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { greeter, pluginLoader, problems, singleFile } from './user-extensions.ts';

const folder = '.claude/tenon/extensions';

/** A folder with one extension, `hi`, that --plugin names. */
async function developed(greeting: string) {
  const project = await tempProject({
    files: Object.fromEntries(
      Object.entries(greeter('hi', greeting)).map(([path, text]) => [path.replace(`${folder}/`, ''), text]),
    ),
  });
  return { project, dir: project.path('hi') };
}

const said = (h: Awaited<ReturnType<typeof createHarness>>, text: RegExp) =>
  expect
    .poll(() => h.events.flatMap((event) => (event.type === 'informational' ? [event.content] : [])), {
      timeout: 10_000,
    })
    .toContainEqual(expect.stringMatching(text));

test('a changed file is in force at the next prompt, in the same conversation', async () => {
  const { project, dir } = await developed('one');
  const h = await createHarness({
    extensions: [pluginLoader],
    flags: { plugin: [dir] },
    model: [callTool('Greet'), say('first'), callTool('Greet'), say('second')],
    permissions: 'allow-all',
  });
  expect((await h.prompt('go')).calls('Greet')).toMatchObject([{ result: 'one' }]);
  await project.write('hi/src/greeting.ts', `export const greeting = (): string => 'two';\n`);
  await said(h, /^hi 1\.0\.0 was reloaded$/);
  const run = await h.prompt('again');
  expect(run.calls('Greet')).toMatchObject([{ result: 'two' }]);
  expect(JSON.stringify(run.requests[0]?.messages)).toContain('first');
});

test('a version that does not start leaves the one before running and says why, until it is mended', async () => {
  const { project, dir } = await developed('one');
  const h = await createHarness({
    extensions: [pluginLoader],
    flags: { plugin: [dir] },
    model: [callTool('Greet'), say('1'), callTool('Greet'), say('2'), callTool('Greet'), say('3')],
    permissions: 'allow-all',
    expectDiagnostics: ['LOG'],
  });
  await h.prompt('go');
  await project.write('hi/src/greeting.ts', `throw new Error('half written');\nexport const greeting = () => '';\n`);
  await said(h, /^hi is not reloaded: .*src\/greeting\.ts:1: half written; version 1\.0\.0 goes on$/);
  expect((await h.prompt('again')).calls('Greet')).toMatchObject([{ result: 'one' }]);
  await project.write('hi/src/greeting.ts', `export const greeting = (): string => 'three';\n`);
  await said(h, /was reloaded/);
  expect((await h.prompt('and again')).calls('Greet')).toMatchObject([{ result: 'three' }]);
});

async function installed(files: Record<string, string>) {
  const h = await createHarness({ extensions: [pluginLoader], homeFiles: files, strict: false });
  const session = await h.session();
  const command = await h.kernel.item(Commands, 'reload');
  const reload = async (args = '') =>
    (await command?.run(args, { session, signal: new AbortController().signal }))?.output;
  const tool = async (name: string) => (await h.kernel.item(Tools, name))?.run({} as never, {} as never);
  const state = (id: string) => h.kernel.extensions.list().find(({ manifest }) => manifest.id === id)?.state;
  return { h, reload, tool, state };
}

test('/reload takes what has changed, what is new, and releases what is gone', async () => {
  const { h, reload, tool, state } = await installed({
    ...greeter('hi', 'one'),
    [`${folder}/old.ts`]: singleFile('old'),
  });
  expect(await reload()).toBe('No extension has changed.');
  expect(await tool('Greet')).toBe('one');
  await h.home.write(`${folder}/hi/src/greeting.ts`, `export const greeting = (): string => 'two';\n`);
  await h.home.write(`${folder}/fresh.ts`, singleFile('fresh'));
  const { rm } = await import('node:fs/promises');
  await rm(h.home.path(folder, 'old.ts'));
  expect((await reload())?.split('\n').sort()).toEqual([
    'fresh 2.0.0 is new and runs',
    'hi 1.0.0 was reloaded',
    'old is gone and was released',
  ]);
  expect(await Promise.all([tool('Greet'), tool('freshTool'), tool('oldTool')])).toEqual([
    'two',
    'from fresh',
    undefined,
  ]);
  expect(state('old')).toBe('released');
  expect(problems(h.diagnostics)).toEqual([]);
});

test('/reload takes another version that was installed, and those that use it go on', async () => {
  const version = (number: string, text: string) => ({
    [`${folder}/base/${number}/tenon.json`]: JSON.stringify({
      id: 'base',
      version: number,
      api: 1,
      main: 'a.mjs',
      provides: ['base@1'],
    }),
    [`${folder}/base/${number}/a.mjs`]: `export default { setup(api) { api.provide({ id: 'base@1' }, { text: () => '${text}' }); } };`,
  });
  const { h, reload, state } = await installed({
    ...version('1.9.0', 'old'),
    [`${folder}/user.mjs`]: `export default { manifest: { id: 'user', version: '1', api: 1, requires: ['base@1'], activate: ['startup'] }, setup() {} };`,
  });
  const base = (await h.kernel.use({ id: 'base@1' })) as { text(): string };
  expect([base.text(), state('user')]).toEqual(['old', 'active']);
  for (const [path, text] of Object.entries(version('1.10.0', 'new'))) await h.home.write(path, text);
  expect(await reload()).toBe('base 1.10.0 was reloaded');
  expect([base.text(), state('user')]).toEqual(['new', 'active']);
  expect(problems(h.diagnostics)).toEqual([]);
});

test('/reload ID runs one again that has not changed; an unknown id is answered with those there are', async () => {
  const { reload, tool } = await installed(greeter('hi'));
  await tool('Greet');
  expect(await reload('hi')).toBe('hi 1.0.0 was reloaded');
  expect(await reload('ho')).toBe('There is no extension ho from outside. There are: hi.');
});

test('one that could not start is tried again once it has changed', async () => {
  const { h, reload, tool } = await installed({
    [`${folder}/bad/tenon.json`]: JSON.stringify({
      id: 'bad',
      version: '1',
      api: 1,
      main: 'a.ts',
      activate: ['startup'],
    }),
    [`${folder}/bad/a.ts`]: 'throw new Error();',
    [`${folder}/worse.ts`]: 'not code',
  });
  expect(await reload()).toBe('No extension has changed.');
  await h.home.write(`${folder}/worse.ts`, singleFile('worse'));
  await h.home.write(`${folder}/bad/a.ts`, 'export default { manifest: {}, setup() {} }');
  expect((await reload())?.split('\n')).toEqual(['bad 1 was reloaded', 'worse 2.0.0 was reloaded']);
  expect(await tool('worseTool')).toBe('from worse');
});

test('inside of a turn nobody waits: the new version takes over after it', async () => {
  const h = await createHarness({
    extensions: [
      pluginLoader,
      {
        manifest: { id: 'asker', version: '1', api: 1, taps: ['PostToolUse'] },
        setup(api) {
          let asked = false;
          api.hooks.PostToolUse.tap(async () => {
            if (asked) return undefined;
            asked = true;
            await h.home.write(`${folder}/hi/src/greeting.ts`, `export const greeting = (): string => 'two';\n`);
            const command = await api.item(Commands, 'reload');
            const session = await h.session();
            const answer = await command?.run('', { session, signal: session.signal });
            return { context: answer?.output ?? '' };
          });
        },
      },
    ],
    homeFiles: greeter('hi', 'one'),
    model: [callTool('Greet'), say('first'), callTool('Greet'), say('second')],
    permissions: 'allow-all',
  });
  const first = await h.prompt('go');
  expect(JSON.stringify(first.requests[1]?.messages)).toContain('hi 1.0.0 takes over after this turn');
  expect((await h.prompt('again')).calls('Greet')).toMatchObject([{ result: 'two' }]);
});

test('what the model itself changes is run when a person says so', async () => {
  const files = Object.entries(greeter('hi', 'one')).map(([path, text]) => [path.replace(`${folder}/`, ''), text]);
  const h = await createHarness({
    extensions: [pluginLoader],
    bundled: ['builtin-tools'],
    files: Object.fromEntries(files) as Record<string, string>,
    flags: { plugin: ['./hi'] },
    config: { permissions: { defaultMode: 'acceptEdits', allow: ['Greet', 'Bash(sleep:*)'] } },
    model: [
      callTool('Greet'),
      callTool('Read', { file_path: 'hi/src/greeting.ts' }),
      callTool('Edit', { file_path: 'hi/src/greeting.ts', old_string: 'one', new_string: 'two' }),
      // longer than a change of a person would take to be in force
      callTool('Bash', { command: 'sleep 1' }),
      callTool('Greet'),
      say('done'),
      callTool('Greet'),
      say('and now'),
    ],
  });
  const run = await h.prompt('change the greeting');
  expect(run.calls('Edit')).toMatchObject([{ isError: false }]);
  expect(run.calls('Greet').map(({ result }) => result)).toEqual(['one', 'one']);
  await said(h, /changed while the model was at work; \/reload runs the new versions$/);
  const session = await h.session();
  const command = await h.kernel.item(Commands, 'reload');
  const answer = await command?.run('', { session, signal: session.signal });
  expect(answer?.output).toBe('hi 1.0.0 was reloaded');
  expect((await h.prompt('again')).calls('Greet')).toMatchObject([{ result: 'two' }]);
});

test('a service is offered for those who install extensions', async () => {
  const { h } = await installed({});
  const loader = await h.kernel.use(PluginLoader);
  await h.home.write('elsewhere/one.ts', singleFile('one'));
  expect((await loader.entry(h.home.path('elsewhere/one.ts'), 'user'))?.manifest).toMatchObject({ id: 'one' });
  expect(await loader.entry(h.home.path('elsewhere'), 'user')).toBeUndefined();
  await h.home.write('broken/tenon.json', '{');
  await expect(loader.entry(h.home.path('broken'), 'user')).rejects.toThrow(/broken\/tenon\.json: line 1/);
  await h.home.write(`${folder}/late.ts`, singleFile('late'));
  expect(await loader.reload()).toEqual([{ id: 'late', outcome: 'added', message: 'late 2.0.0 is new and runs' }]);
});
