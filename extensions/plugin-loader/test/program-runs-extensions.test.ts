import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../../../test/e2e/started-program.ts';
import { builtCli } from '../../../test/gates/built.ts';
import { type Place, place, runAndList, runProgram } from '../../../test/gates/program.ts';
import { greeter, singleFile } from './user-extensions.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 240_000);

const folder = '.claude/tenon/extensions';

async function placeWith(files: { home?: Record<string, string>; project?: Record<string, string> }): Promise<Place> {
  const at = await place();
  onTestFinished(() => at[Symbol.asyncDispose]());
  const all = [...Object.entries(files.home ?? {}).map(([name, text]) => [join(at.home, name), text] as const)];
  all.push(...Object.entries(files.project ?? {}).map(([name, text]) => [join(at.cwd, name), text] as const));
  for (const [path, text] of all) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return at;
}
const script = (...turns: object[]) => JSON.stringify({ turns });
const quiet = ['--settings', JSON.stringify({ extensions: { 'fake-model': { label: '' } } })];

test('an extension of the user in TypeScript answers a call, and what it imports is of the program', async () => {
  const own = `import { UsageError } from 'tenon/plugin-api';
    import { nearest } from 'tenon/plugin-api/lib/nearest';
    import { z } from 'zod';
    const shared = [new UsageError('x') instanceof Error, nearest('on', ['one']), z.string().safeParse(1).success];`;
  const at = await placeWith({
    home: { [`${folder}/one.ts`]: singleFile('one', own).replace("'from one'", 'JSON.stringify(shared)') },
    project: { 's.json': script({ calls: [{ name: 'oneTool', input: {} }] }, { text: 'done' }) },
  });
  const args = ['-p', 'go', '--model', 'fake:s.json', '--allowedTools', 'oneTool', '--output-format', 'stream-json'];
  for (let run = 0; run < 2; run++) {
    const { code, stdout, stderr } = await runProgram(program, [...args, '--verbose', ...quiet], at);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(JSON.stringify('[true,"one",false]').slice(1, -1));
  }
});

test('between two prompts of a session a changed extension takes over', async () => {
  const call = { calls: [{ name: 'Greet', input: {} }] };
  const files = Object.fromEntries(
    Object.entries(greeter('hi', 'one')).map(([path, text]) => [path.replace(`${folder}/`, ''), text]),
  );
  const turns = [call, { text: 'first' }, call, { text: 'second' }, call, { text: 'third' }];
  const at = await placeWith({ project: { ...files, 's.json': script(...turns) } });
  const greeting = join(at.cwd, 'hi/src/greeting.ts');
  const env = { PATH: process.env.PATH, HOME: at.home, LANG: 'C.UTF-8' };
  const formats = ['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];
  const args = ['-p', ...formats, '--plugin', './hi', '--model', 'fake:s.json', '--allowedTools', 'Greet', ...quiet];
  const { child, out, end } = startProgram(program, args, { cwd: at.cwd, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = () =>
    out.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { type: string; [field: string]: unknown });
  const results = () => lines().filter(({ type }) => type === 'result').length;
  const prompt = async (text: string) => {
    const before = results();
    child.stdin.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content: text } })}\n`);
    await expect.poll(results, { timeout: 15_000 }).toBe(before + 1);
  };
  const said = (text: string) => expect.poll(() => out.stdout + out.stderr, { timeout: 15_000 }).toContain(text);

  await prompt('go');
  await writeFile(greeting, `export const greeting = (): string => 'two';\n`);
  await said('hi 1.0.0 was reloaded');
  await prompt('go on');
  await writeFile(greeting, `export const greeting = (): string => {\n`);
  await said('hi is not reloaded: ');
  await prompt('once more');
  child.stdin.end();
  expect((await end).code).toBe(0);
  const answers = lines().flatMap(({ type, message }) =>
    type === 'user' ? [(message as { content: { content: string }[] }).content[0]?.content] : [],
  );
  expect(answers).toEqual(['one', 'two', 'two']);
  expect(new Set(lines().map(({ session_id: id }) => id)).size).toBe(1);
  expect(out.stderr).toMatch(/hi\/src\/greeting\.ts:\d+: .*; version 1\.0\.0 goes on/);
}, 60_000);

test('/reload in a session takes what has changed in the folder of the user', async () => {
  const call = { calls: [{ name: 'Greet', input: {} }] };
  const turns = script(call, { text: 'first' }, call, { text: 'second' });
  const at = await placeWith({ home: greeter('hi', 'one'), project: { 's.json': turns } });
  const env = { PATH: process.env.PATH, HOME: at.home, LANG: 'C.UTF-8' };
  const formats = ['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];
  const args = ['-p', ...formats, '--model', 'fake:s.json', '--allowedTools', 'Greet', ...quiet];
  const { child, out, end } = startProgram(program, args, { cwd: at.cwd, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const results = () => out.stdout.split('"type":"result"').length - 1;
  const prompt = async (text: string) => {
    const before = results();
    child.stdin.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content: text } })}\n`);
    await expect.poll(results, { timeout: 15_000 }).toBe(before + 1);
  };
  await prompt('go');
  await writeFile(join(at.home, folder, 'hi/src/greeting.ts'), `export const greeting = (): string => 'two';\n`);
  await prompt('/reload');
  expect(out.stdout).toContain('hi 1.0.0 was reloaded');
  await prompt('go on');
  child.stdin.end();
  expect((await end).code).toBe(0);
  expect([...out.stdout.matchAll(/"content":"(one|two)"/g)].map(([, text]) => text)).toEqual(['one', 'two']);
  expect(out.stderr).toBe('');
}, 60_000);

test('what a project brings along is named and not run; --trust runs it', async () => {
  const code = `import { writeFileSync } from 'node:fs';\nwriteFileSync('ran', '');`;
  const at = await placeWith({
    project: {
      [`${folder}/one.ts`]: singleFile('one', code),
      ...greeter('hi'),
      's.json': script({ text: 'a' }, { text: 'b' }),
    },
  });
  const args = ['-p', 'go', '--model', 'fake:s.json', ...quiet];
  const untrusted = await runProgram(program, args, at);
  expect(untrusted).toMatchObject({ code: 0, stdout: 'a\n' });
  expect(untrusted.stderr).toMatch(/skipped: .*file:one\.ts.*: folder not trusted/);
  expect(untrusted.stderr).toMatch(/skipped: extensions of .*: folder not trusted; run tenon trust .*--trust/);
  const { readdir } = await import('node:fs/promises');
  expect(await readdir(at.cwd)).not.toContain('ran');
  expect(await runProgram(program, [...args, '--trust'], at)).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(at.cwd)).toContain('ran');
});

test('without extensions nothing of the loader is loaded', async () => {
  const at = await placeWith({ project: { 's.json': script({ text: 'a' }) } });
  const { files, code } = await runAndList(program, ['-p', 'go', '--model', 'fake:s.json'], at);
  expect(code).toBe(0);
  expect(files.filter((file) => /plugin-loader|jiti|native|load-code/.test(file))).toEqual([]);
});

test('a flag of an extension is a flag of the program', async () => {
  const at = await placeWith({
    home: {
      [`${folder}/flags.mjs`]: `import { Cli } from 'tenon/plugin-api';
        export default {
          manifest: {
            id: 'flags', version: '1', api: 1, taps: ['SessionStart'], optional: ['cli@1'],
            contributes: { cli: [{ name: '--mark', value: 'string', description: 'Leaves a mark' }] },
          },
          setup(api) {
            api.hooks.SessionStart.tap(async () => {
              const { flags } = (await api.use(Cli)).invocation;
              return { context: 'marked ' + flags.mark + ' for ' + flags.model };
            });
          },
        };`,
    },
    project: { 's.json': script({ text: 'a' }) },
  });
  const args = ['-p', 'go', '--mark', 'x', '--model', 'fake:s.json', '--record', 'r.json', ...quiet];
  expect(await runProgram(program, args, at)).toMatchObject({ code: 0, stdout: 'a\n', stderr: '' });
  expect((await runProgram(program, ['--help'], at)).stdout).toContain('--mark <value>');
  expect((await runProgram(program, ['-p', 'go', '--markk'], at)).stderr).toContain('did you mean --mark?');
});
