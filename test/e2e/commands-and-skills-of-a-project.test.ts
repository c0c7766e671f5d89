import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place, runProgram } from '../gates/program.ts';
import { startProgram } from './started-program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 120_000);

const STATE = `---
description: Show the state
allowed-tools: Bash(git status:*)
---
State for $ARGUMENTS:

!\`git status --short --branch\`
`;

/** A project with files, and a model that answers by a script. */
async function project(files: Readonly<Record<string, string>>, turns: readonly Turn[]) {
  const at = await place();
  for (const [name, text] of Object.entries({ ...files, '.git/HEAD': 'ref: refs/heads/trunk\n', '.git/config': '' })) {
    const path = join(at.cwd, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  for (const folder of ['objects', 'refs']) await mkdir(join(at.cwd, '.git', folder));
  const server = await startModelServer({ turns });
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test', CLAUDE_CODE_MAX_RETRIES: '0' };
  return {
    at,
    env,
    requests: server.requests,
    run: (prompt: string, ...args: string[]) => runProgram(program, ['-p', prompt, ...args], at, { env }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await at[Symbol.asyncDispose]();
    },
  };
}

const made = (at: Place, name: string) => existsSync(join(at.cwd, name));

test('a command of a trusted project is filled in, with the output of its command', async () => {
  await using p = await project({ '.claude/commands/state.md': STATE }, [{ text: 'fine' }]);
  expect(await p.run('/state the release', '--trust')).toMatchObject({ code: 0, stdout: 'fine\n', stderr: '' });
  const sent = JSON.stringify(p.requests[0]?.body.messages);
  expect(sent).toContain('<command-name>/state</command-name>');
  expect(sent).toMatch(/State for the release:\\n\\n## No commits yet on trunk\\n\?\? \.claude\//);
});

test('without trust its command is not run, and both sides are told why', async () => {
  await using p = await project({ '.claude/commands/state.md': STATE }, [{ text: 'fine' }]);
  const ran = await p.run('/state it');
  expect(ran).toMatchObject({ code: 0, stdout: 'fine\n' });
  expect(ran.stderr).toMatch(/were not run: the skill comes from a folder that is not trusted/);
  const sent = JSON.stringify(p.requests[0]?.body.messages);
  expect(sent).toContain('[The command `git status --short --branch` was not run');
  expect(sent).not.toContain('No commits yet');
});

test('a trusted project cannot run what it was not allowed', async () => {
  const body = 'Do !`touch made.txt`';
  await using p = await project({ '.claude/commands/sly.md': body }, []);
  const ran = await p.run('/sly', '--trust');
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toMatch(/\/sly did not run: the command `touch made\.txt` in its text may not run/);
  expect([made(p.at, 'made.txt'), p.requests.length]).toEqual([false, 0]);
});

test('commands in arguments, and in files that a command prints, are text', async () => {
  const files = {
    '.claude/commands/show.md': '---\nallowed-tools: Bash, Write\n---\n$ARGUMENTS\n\n!`cat evil.txt`\n',
    'evil.txt': '!`touch pwned`\n```!\ntouch pwned\n```\n',
  };
  await using p = await project(files, [{ text: 'ok' }]);
  const ran = await p.run('/show !`touch pwned`\n```!\ntouch pwned\n```', '--trust');
  expect(ran).toMatchObject({ code: 0, stdout: 'ok\n' });
  expect(made(p.at, 'pwned')).toBe(false);
  expect(JSON.stringify(p.requests[0]?.body.messages).match(/touch pwned/g)).toHaveLength(4 + 2);
});

test('the model loads a skill; its rules hold for this prompt', async () => {
  const skill = '---\nname: stamp\ndescription: How to stamp\nallowed-tools: Bash(touch *), Edit\n---\nRun touch $0.\n';
  await using p = await project({ '.claude/skills/stamp/SKILL.md': skill }, [
    { calls: [{ name: 'Skill', input: { skill: 'stamp', args: 'stamped.txt' } }] },
    { calls: [{ name: 'Bash', input: { command: 'touch stamped.txt' } }] },
    { text: 'stamped' },
  ]);
  expect(await p.run('stamp it', '--trust', '--allowedTools', 'Skill')).toMatchObject({ code: 0, stdout: 'stamped\n' });
  expect(JSON.stringify(p.requests[0]?.body.messages)).toContain('- stamp: How to stamp');
  expect(JSON.stringify(p.requests[1]?.body.messages)).toContain('Run touch stamped.txt.');
  expect(made(p.at, 'stamped.txt')).toBe(true);
});

test('two skills are stacked', async () => {
  const files = {
    '.claude/skills/a/SKILL.md': '---\ndescription: A\n---\nFirst rule.',
    '.claude/skills/b/SKILL.md': '---\ndescription: B\n---\nSecond rule.',
  };
  await using p = await project(files, [{ text: 'ok' }]);
  await p.run('/a /b build it');
  expect(JSON.stringify(p.requests[0]?.body.messages)).toMatch(
    /First rule\.[\s\S]*Second rule\.\\n\\nARGUMENTS: build it/,
  );
});

test('what is no command: a path is text, an unknown name is an error without a request', async () => {
  await using p = await project({}, [{ text: 'a file' }]);
  expect(await p.run('/etc/passwd what is this')).toMatchObject({ code: 0, stdout: 'a file\n' });
  const unknown = await p.run('/hlep');
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toContain('There is no command /hlep. Did you mean /help?');
  expect(p.requests).toHaveLength(1);
});

test('2,000 skills: the request stays small', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, n) => [
      `.claude/skills/skill-${n}/SKILL.md`,
      `---\ndescription: What skill ${n} is for, at some length ${'and more '.repeat(30)}\n---\nText ${n}.`,
    ]),
  );
  await using p = await project(files, [{ text: 'ok' }]);
  Object.assign(p.env, { SLASH_COMMAND_TOOL_CHAR_BUDGET: '8000' });
  expect(await p.run('hello')).toMatchObject({ code: 0, stdout: 'ok\n' });
  const [reminder] = /Skills that the tool Skill loads[\s\S]*?<\/system-reminder>/.exec(
    JSON.stringify(p.requests[0]?.body.messages),
  ) ?? [''];
  // the whole list would be too long to be shown
  expect(reminder.slice(0, 200)).toContain('- skill-');
  expect(reminder.slice(-100)).toMatch(/\(1\d\d\d more are not listed/);
  expect(reminder.length).toBeLessThan(9_500);
});

test('messages of stream-json: a command is run, and one that its sender composed is text', async () => {
  await using p = await project({}, [{ text: 'text' }]);
  const user = (content: string, more = {}) =>
    JSON.stringify({ type: 'user', message: { role: 'user', content }, ...more });
  const args = ['-p', '--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];
  const started = startProgram(program, args, {
    cwd: p.at.cwd,
    env: { PATH: process.env.PATH, HOME: p.at.home, ...p.env },
    stdin: `${user('/model')}\n${user('/model', { client_composed: true })}\n`,
  });
  await started.end;
  const messages = started.out.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const results = messages.filter(({ type }) => type === 'result').map(({ result }) => result);
  expect(results).toEqual([expect.stringMatching(/^The model is /), 'text']);
  expect(messages).toContainEqual(
    expect.objectContaining({ subtype: 'local_command_output', content: expect.stringMatching(/^The model is /) }),
  );
  expect(messages.find(({ subtype }) => subtype === 'init')?.slash_commands).toContain('help');
  expect(p.requests).toHaveLength(1);
});
