import { join } from 'node:path';
import { Commands, defineExtension, SlashCommands, Subagents } from 'tenon/plugin-api';
import { callTool, createHarness, type HarnessOptions, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';

const start = (options: HarnessOptions = {}) =>
  createHarness({ bundled: ['slash-commands', 'builtin-tools', 'sessions'], ...options });

test('the menu is read from manifests, without loading anybody', async () => {
  const giver = defineExtension({
    manifest: {
      id: 'giver',
      version: '1',
      api: 1,
      contributes: {
        commands: [{ name: 'ship', description: 'Ship it', argumentHint: '<where>', aliases: ['deploy'] }],
        skills: [
          {
            name: 'acme:review',
            description: 'Review',
            argumentHint: '[pr]',
            origin: { kind: 'user', trusted: true },
          },
          { name: 'silent', description: 'Model only', userInvocable: false },
        ],
      },
    },
    setup() {
      throw new Error('it was loaded');
    },
  });
  const h = await start({ extensions: [giver] });
  const list = (await h.kernel.use(SlashCommands)).list();
  expect(list).toContainEqual({
    name: 'ship',
    description: 'Ship it',
    argumentHint: '<where>',
    aliases: ['deploy'],
    builtin: true,
  });
  expect(list).toContainEqual({ name: 'acme:review', description: 'Review', argumentHint: '[pr]', builtin: false });
  expect(list.map(({ name }) => name)).not.toContain('silent');
});

test('a session that types none loads nothing of it, and names them in init', async () => {
  const h = await start({ model: [say('hi')] });
  const run = await h.prompt('hello');
  const init = run.events.find((event) => event.type === 'init');
  expect(init?.extra.slash_commands).toEqual(expect.arrayContaining(['help', 'clear', 'init']));
  expect(h.kernel.extensions.list().find(({ manifest }) => manifest.id === 'slash-commands')?.state).toBe('idle');
});

test('a command answers without a request, and its words are an event', async () => {
  const h = await start();
  const run = await h.prompt('/help');
  expect(run.result).toMatchObject({ subtype: 'success', isError: false, numTurns: 0 });
  expect(run.text).toMatch(/^Commands\n {2}\/add-dir <folder> +Work in one more folder\n/);
  expect(run.events.map(({ type }) => type)).toEqual(['state', 'init', 'command_output', 'result', 'state']);
  expect(h.requests).toEqual([]);
});

test.each(['/etc/passwd what is this', '/tmp', '//comment', '/', '/ help', '/?', '/1/2'])(
  '%j is text for the model',
  async (text) => {
    const h = await start({ model: [say('a path')] });
    expect((await h.prompt(text)).text).toBe('a path');
    expect(h.requests[0]?.prompt).toContain(text);
  },
);

test('an unknown command is an error without a request, with the nearest name', async () => {
  const h = await start();
  const run = await h.prompt('/hepl me');
  expect(run.result).toMatchObject({ isError: true, result: 'There is no command /hepl. Did you mean /help?' });
  expect((await h.prompt('/zzzzzzzz')).text).toBe('There is no command /zzzzzzzz. /help lists those there are.');
});

test('a message that its sender has composed is text', async () => {
  const h = await start({ model: [say('ok')] });
  await h.prompt({ content: '/help', expand: false });
  expect(h.requests).toHaveLength(1);
});

test('--disable-slash-commands: all of it is text, and nothing is listed', async () => {
  const h = await start({ model: [say('ok')], flags: { 'disable-slash-commands': true } });
  const run = await h.prompt('/help');
  expect(run.text).toBe('ok');
  expect(run.events.find((event) => event.type === 'init')?.extra.slash_commands).toBeUndefined();
});

test('commands of extensions: output, prompt, failure, aliases', async () => {
  const manifest = {
    id: 'giver',
    version: '1',
    api: 1,
    contributes: {
      commands: [
        { name: 'say', description: 'Says it', aliases: ['echo'] },
        { name: 'ask', description: 'Asks', prompts: true },
        { name: 'break', description: 'Breaks' },
      ],
    },
  } as const;
  const giver = defineExtension({
    manifest,
    setup(api) {
      api.add(Commands, { name: 'say', run: (args) => ({ output: `said ${args}` }) });
      api.add(Commands, { name: 'ask', run: (args) => ({ prompt: `please: ${args}` }) });
      api.add(Commands, {
        name: 'break',
        run: () => {
          throw new Error('no luck');
        },
      });
    },
  });
  const h = await start({ extensions: [giver], model: [say('sure')] });
  expect((await h.prompt('/echo  a  b ')).text).toBe('said a  b');
  expect((await h.prompt('/ask now')).text).toBe('sure');
  expect(h.requests[0]?.prompt).toContain('please: now');
  expect((await h.prompt('/break')).result).toMatchObject({ isError: true, result: '/break failed: no luck' });
});

test('a refusal of PreCommand ends it, but for the way out', async () => {
  const guard = defineExtension({
    manifest: { id: 'guard', version: '1', api: 1, taps: ['PreCommand'] },
    setup(api) {
      api.hooks.PreCommand.tap(() => ({ verdict: 'deny', reason: 'nothing goes' }));
    },
  });
  const doctor = defineExtension({
    manifest: { id: 'doc', version: '1', api: 1, contributes: { commands: ['doctor'] } },
    setup(api) {
      api.add(Commands, { name: 'doctor', run: () => ({ output: 'all is well' }) });
    },
  });
  const h = await start({ extensions: [guard, doctor] });
  expect((await h.prompt('/help')).text).toBe('/help was refused: nothing goes');
  expect((await h.prompt('/doctor')).text).toBe('all is well');
});

test('/clear starts the conversation over', async () => {
  const h = await start({ model: [say('one'), say('two')] });
  await h.prompt('first words');
  expect((await h.prompt('/clear')).text).toBe('The conversation starts over.');
  await h.prompt('second words');
  expect(JSON.stringify(h.requests[1]?.messages)).not.toContain('first words');
});

test('/model, /usage, /context, /rename', async () => {
  const h = await start({ model: [callTool('Glob', { pattern: '*' }), say('one')] });
  await h.prompt('go');
  expect((await h.prompt('/model')).text).toMatch(/^The model is scripted\./);
  expect((await h.prompt('/cost')).text).toMatch(/^Cost of the session: \$0\.0000\n {2}scripted +\d/);
  expect((await h.prompt('/context')).text).toMatch(/^About \d[\s\S]*results of tools/);
  const run = await h.prompt('/rename A  better title');
  expect(run.events).toContainEqual(expect.objectContaining({ type: 'setting', title: 'A better title' }));
  expect((await h.prompt('/rename')).result.isError).toBe(true);
});

test('/add-dir: the folder counts as inside, and its hook is fired', async () => {
  const seen: unknown[] = [];
  const watcher = defineExtension({
    manifest: { id: 'watcher', version: '1', api: 1, taps: ['DirectoryAdded'] },
    setup(api) {
      api.hooks.DirectoryAdded.tap(({ directory, source }) => void seen.push([directory, source]));
    },
  });
  const h = await start({
    extensions: [watcher],
    homeFiles: { 'other/note.txt': 'from outside' },
    model: [callTool('Read', { file_path: '~/other/note.txt' }), say('read')],
  });
  const folder = join(h.home.dir, 'other');
  expect((await h.prompt(`/add-dir "${folder}"`)).text).toContain('counts as inside');
  expect(seen).toEqual([[folder, 'slash_command']]);
  const run = await h.prompt('read it');
  expect(run.calls('Read')[0]?.verdict).toBe('allow');
  expect((await h.prompt('/add-dir nowhere')).result.isError).toBe(true);
});

test('/permissions, /status, /config, /skills, /agents, /memory and /resume say what there is', async () => {
  const h = await start({ config: { permissions: { allow: ['Bash(ls)'] }, env: { SECRET_TOKEN: 'xyz' } } });
  expect((await h.prompt('/permissions')).text).toMatch(
    /Mode: default\nFolders:\n[\s\S]*allow:\n {2}Bash\(ls\) {2}\(.*settings\.json\)/,
  );
  expect((await h.prompt('/status')).text).toMatch(/session +[0-9a-f-]{36}/);
  const config = await h.prompt('/config');
  expect(config.text).toContain('Bash(ls)');
  expect(config.text).not.toContain('xyz');
  expect((await h.prompt('/config permissions.allow')).text).toContain('Bash(ls)');
  expect((await h.prompt('/skills')).text).toBe('There are no skills here.');
  expect((await h.prompt('/agents')).text).toBe('There are no subagents here.');
  expect((await h.prompt('/memory')).text).toContain('no instruction files');
  expect((await h.prompt('/resume')).text).toBe('There is no other session of this folder.');
});

test('/agents lists those that the session may start, also those that no file declares', async () => {
  const standIn = defineExtension({
    manifest: { id: 'stand-in', version: '1', api: 1, provides: ['subagents@1'] },
    setup(api) {
      const list = async () => [{ name: 'scout', description: 'Looks around' }];
      api.provide(Subagents, { list } as unknown as Subagents);
    },
  });
  const h = await start({ extensions: [standIn] });
  expect((await h.prompt('/agents')).text).toBe('Subagents\n  scout  Looks around');
});

test('/init asks the model', async () => {
  const h = await start({ model: [say('written')] });
  expect((await h.prompt('/init the tests')).text).toBe('written');
  expect(h.requests[0]?.prompt).toMatch(/AGENTS\.md in [\s\S]*The user adds: the tests/);
});

test('a command waits for the answer that is under way, and runs after it', async () => {
  const h = await start({ model: [callTool('Glob', { pattern: '*' }), say('one')] });
  const session = await h.session();
  const first = session.send({ content: 'go' });
  const second = session.send({ content: '/model' });
  expect((await first).result).toBe('one');
  expect((await second).result).toMatch(/^The model is/);
});

test.each<[string, unknown, string]>([
  ['a text', 'hello', 'giver gave string; expected an object with `output` (for the user) or `prompt` (for the model)'],
  ['nothing', undefined, 'giver gave undefined; expected an object with `output`'],
  ['another field', { text: 'hello' }, 'giver gave text; expected an object with `output`'],
  ['an output that is no text', { output: 5 }, 'giver gave output that is no text but number'],
])('a command that gives %s: its author reads what was expected', async (_what, given, message) => {
  const giver = defineExtension({
    manifest: { id: 'giver', version: '1', api: 1, contributes: { commands: [{ name: 'ship', description: 'Ship' }] } },
    setup: (api) => void api.add(Commands, { name: 'ship', run: () => given as never }),
  });
  const h = await start({ extensions: [giver] });
  const run = await h.prompt('/ship');
  expect(run.result).toMatchObject({ isError: true, result: expect.stringContaining(message) });
});
