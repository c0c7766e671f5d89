import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callTool, createHarness, fail, type HarnessOptions, type Script, say, think } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import fakeModel from '../index.ts';
import { parseScript } from '../script.ts';

const KEY = 'very-secret-value-1';

/** A program whose every answer goes to `rec/run.json`. */
function recording(model: Script, more: Partial<HarnessOptions> = {}) {
  return createHarness({
    extensions: [fakeModel],
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model,
    flags: { record: 'rec/run.json' },
    env: { MY_API_KEY: KEY },
    ...more,
  });
}
const read = async (dir: string) => {
  const text = await readFile(join(dir, 'rec/run.json'), 'utf8');
  return { text, script: parseScript(text, 'the recording') };
};

test('answers, thoughts, calls, what tools gave, failures and usage', async () => {
  const h = await recording([
    [think('hm'), say('I look.'), callTool('Read', { file_path: 'a.txt' }, 'toolu_1')],
    fail(529, 'busy'),
    say('done'),
    fail(401, `no ${KEY}`),
  ]);
  await h.project.write('a.txt', `the key is ${KEY}\n`);
  expect((await h.prompt('go')).result.result).toBe('done');
  await h.prompt('again');
  const { text, script } = await read(h.project.dir);
  expect(script.turns).toMatchObject([
    { thinking: 'hm', text: 'I look.', calls: [{ name: 'Read', id: 'toolu_1', input: { file_path: 'a.txt' } }] },
    { fail: { status: 529, message: 'busy' }, expect: { results: [{ id: 'toolu_1' }] } },
    {
      text: 'done',
      expect: { results: [{ id: 'toolu_1', text: expect.stringContaining('the key is ⟦MY_API_KEY⟧') }] },
    },
    { fail: { status: 401, message: 'no ⟦MY_API_KEY⟧' } },
  ]);
  expect(script.turns[0]?.usage).toMatchObject({ input_tokens: expect.any(Number) });
  expect(script.turns[3]?.expect).toBeUndefined();
  expect(script.recorded).toMatchObject({ by: 'test 0.0.0' });
  expect(text).not.toContain(KEY);
  expect((await stat(join(h.project.dir, 'rec/run.json'))).mode & 0o777).toBe(0o600);
});

test('what is recorded can be played, with the folders of the other place', async () => {
  const first = await recording([
    (request) => {
      expect(request.tools.length).toBeGreaterThan(0);
      return callTool('Bash', { command: `cat ${first.project.dir}/a.txt`, description: 'Shows it' }, 'toolu_1');
    },
    say('It says one.'),
  ]);
  await first.project.write('a.txt', 'one\n');
  await first.prompt('go');
  const { text } = await read(first.project.dir);
  expect(text).not.toContain(first.project.dir);

  const play = async (contents: string, strict: boolean) => {
    const h = await createHarness({
      extensions: [fakeModel],
      bundled: ['builtin-tools'],
      permissions: 'allow-all',
      files: { 'run.json': text, 'a.txt': contents },
      session: { model: 'fake:run.json' },
      config: { extensions: { 'fake-model': { label: '', strict } } },
    });
    const run = await h.prompt('go');
    return { ...run.result, command: String(run.calls('Bash')[0]?.input.command), dir: h.project.dir };
  };
  const same = await play('one\n', true);
  expect(same).toMatchObject({ isError: false, result: 'It says one.' });
  expect(same.command).toBe(`cat ${same.dir}/a.txt`);
  expect(await play('two\n', false)).toMatchObject({ isError: false, result: 'It says one.' });
  expect(await play('two\n', true)).toMatchObject({
    isError: true,
    result: expect.stringMatching(
      /turn 2 of the script run\.json answers: the result of the call toolu_1 differs at character 1: expected "one.*", got "two/,
    ),
  });
});

test('strict: a request more than the recording has is refused', async () => {
  const text = JSON.stringify({ recorded: {}, turns: [{ text: 'only' }] });
  const h = await createHarness({
    extensions: [fakeModel],
    permissions: 'allow-all',
    files: { 'run.json': text },
    session: { model: 'fake:run.json' },
    config: { extensions: { 'fake-model': { label: '', strict: true } } },
  });
  expect((await h.prompt('one')).result.result).toBe('only');
  expect((await h.prompt('two')).result).toMatchObject({
    isError: true,
    result: expect.stringMatching(/it has 1 turns, and this is request 2/),
  });
});

test('an existing recording is gone on with', async () => {
  const text = JSON.stringify({ recorded: { model: 'm' }, turns: [{ text: 'before' }] });
  const h = await recording([say('after')], { files: { 'rec/run.json': text } });
  await h.prompt('go');
  const { script } = await read(h.project.dir);
  expect(script.turns.map((turn) => turn.text)).toEqual(['before', 'after']);
  expect(script.recorded).toMatchObject({ model: 'm' });
});

test.each([
  [
    'a script that somebody wrote',
    '{"turns":[{"text":"mine"}]}',
    /is a script that was not recorded, and is left as it is/,
  ],
  ['another file', 'dear diary', /is not JSON.*It is no recording; name a file that does not exist yet/],
])('%s is not written over', async (_name, text, expected) => {
  const h = await recording([say('x')], { files: { 'rec/run.json': text }, expectDiagnostics: [expected] });
  expect((await h.prompt('go')).result.result).toBe('x');
  expect(await readFile(join(h.project.dir, 'rec/run.json'), 'utf8')).toBe(text);
});

test('a file that cannot be written is told once, and the run goes on', async () => {
  const h = await recording([say('x'), say('y')], {
    expectDiagnostics: [/cannot be written, and the recording ends here/],
  });
  await writeFile(join(h.project.dir, 'rec'), 'a file where the folder should be');
  expect((await h.prompt('go')).result.result).toBe('x');
  expect((await h.prompt('go')).result.result).toBe('y');
});

test('an answer that broke off breaks off again', async () => {
  const script = JSON.stringify({ turns: [{ text: 'one two three four', chunk: 3, cutAfter: 6 }, { text: 'next' }] });
  const first = await recording([], {
    files: { 'script.json': script },
    session: { model: 'fake:script.json' },
    config: { extensions: { 'fake-model': { label: '' } } },
  });
  expect((await first.prompt('go')).result.isError).toBe(true);
  expect((await first.prompt('go')).result.result).toBe('next');
  const { text } = await read(first.project.dir);
  const second = await createHarness({
    extensions: [fakeModel],
    permissions: 'allow-all',
    files: { 'run.json': text },
    session: { model: 'fake:run.json' },
    config: { extensions: { 'fake-model': { label: '' } } },
  });
  expect((await second.prompt('go')).result.isError).toBe(true);
  expect((await second.prompt('go')).result.result).toBe('next');
  const said = (events: typeof first.events) =>
    events.flatMap((event) => (event.type === 'message' && event.aborted ? [event.message.content] : []));
  expect(said(second.events)).toEqual(said(first.events));
  expect(said(first.events)).toHaveLength(1);
});

test('nothing is written without the flag', async () => {
  const h = await recording([say('x')], { flags: {} });
  await h.prompt('go');
  await expect(read(h.project.dir)).rejects.toThrow(/ENOENT/);
});
