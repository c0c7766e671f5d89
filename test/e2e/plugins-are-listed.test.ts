import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type ModelServer, startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place, runProgram } from '../gates/program.ts';
import { root } from '../gates/source-file.ts';

const fixtures = join(root, 'test/fixtures/plugins');
let program: string;
let server: ModelServer;
let turns: Turn[] = [];

beforeAll(async () => {
  program = await builtCli();
  server = await startModelServer({ respond: () => turns.shift() ?? { text: 'done' } });
}, 240_000);
afterAll(() => server.close());

type Message = Readonly<Record<string, unknown>>;

async function run(args: readonly string[], files: Record<string, string> = {}, at?: Place) {
  const where = at ?? (await place());
  if (at === undefined) onTestFinished(() => where[Symbol.asyncDispose]());
  for (const [path, text] of Object.entries(files)) {
    const file = join(path.startsWith('~/') ? where.home : where.cwd, path.replace('~/', ''));
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
  }
  const before = server.requests.length;
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'test' };
  const streaming = ['--output-format', 'stream-json', '--verbose', '--model', 'sonnet'];
  const result = await runProgram(program, [...args, ...streaming], where, { env });
  const messages = result.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Message);
  const init = messages.find(({ subtype }) => subtype === 'init') ?? {};
  const requests = server.requests.slice(before).map(({ body }) => JSON.stringify(body));
  return { ...result, at: where, messages, requests, init: init as Record<string, readonly unknown[]> };
}

const dirs = (...names: string[]) => names.flatMap((name) => ['--plugin-dir', join(fixtures, name)]);

test('init lists plugins and all that they bring along', async () => {
  const given = ['commands-in-folders', 'skills-in-folders', 'agents', 'styles', 'open-layout'];
  const { code, stderr, init } = await run([...dirs(...given), '-p', 'hello']);
  expect(code).toBe(0);
  // of the servers that one of them has
  expect(stderr).toMatch(/^(tenon: .*MCP servers take no part yet.*\n)?$/);
  expect(init.plugins).toEqual(
    given.map((name) => ({
      name,
      path: join(fixtures, name),
      source: `${name}@inline`,
      version: name === 'open-layout' ? '0.3.0' : '1.0.0',
    })),
  );
  expect(init.skills).toEqual(['skills-in-folders:coffee', 'skills-in-folders:quiet', 'open-layout:plain']);
  expect(init.slash_commands).toEqual(
    expect.arrayContaining(['commands-in-folders:tidy', 'commands-in-folders:git:log', 'skills-in-folders:coffee']),
  );
  expect(init.slash_commands).not.toContain('skills-in-folders:quiet');
  expect(init.agents).toEqual(expect.arrayContaining(['agents:critic', 'agents:team:tester', 'agents:odd']));
  expect(init).not.toHaveProperty('plugin_errors');
});

test('what is wrong is in init and on standard error, and the rest works', async () => {
  const { code, stderr, init } = await run([...dirs('hooks-without-wrapper', 'lsp', 'nothing'), '-p', 'hello']);
  expect(code).toBe(0);
  expect(init.plugins).toMatchObject([{ name: 'lsp' }]);
  expect(init.plugin_errors).toMatchObject([
    { plugin: 'hooks-without-wrapper@inline', type: 'manifest', path: join(fixtures, 'hooks-without-wrapper') },
    { plugin: 'lsp@inline', type: 'lsp' },
    { plugin: 'nothing@inline', type: 'not-a-plugin' },
  ]);
  expect(stderr.split('\n').filter(Boolean)).toHaveLength(3);
});

test('hooks, commands, agents, styles and programs of plugins are in force', async () => {
  const given = dirs('hooks-in-file', 'commands-in-folders', 'programs', 'styles');
  turns = [{ calls: [{ name: 'Bash', input: { command: 'fixture-tool works' } }] }, { text: 'done' }];
  const settings = JSON.stringify({ outputStyle: 'styles:pirate', permissions: { allow: ['Bash(fixture-tool *)'] } });
  const { messages, init, requests } = await run([
    ...given,
    '--settings',
    settings,
    '-p',
    '/commands-in-folders:tidy the shed',
  ]);
  const [first, second] = requests;
  expect(first).toContain('Tidy up the shed.');
  expect(first).toContain('The plugin says hello.');
  expect(first).toContain('Answer like a pirate.');
  expect(init.output_style).toBe('styles:pirate');
  expect(second).toContain('fixture tool: works');
  expect(messages.at(-1)).toMatchObject({ type: 'result', subtype: 'success' });
});

test("the folders of user and project; a project's hooks wait for trust", async () => {
  const hooks = (text: string) => ({ SessionStart: [{ hooks: [{ type: 'command', command: `echo ${text}` }] }] });
  const files = {
    '~/.claude/commands/mine.md': '---\ndescription: Mine\n---\nMine.',
    '~/.claude/settings.json': JSON.stringify({ hooks: hooks('of-the-user') }),
    '.claude/skills/theirs/SKILL.md': '---\ndescription: Theirs\n---\nTheirs.',
    '.claude/settings.json': JSON.stringify({ hooks: hooks('of-the-project') }),
  };
  const before = await run(['-p', 'hello'], files);
  expect(before.init.slash_commands).toEqual(expect.arrayContaining(['mine', 'theirs']));
  expect(before.stderr).toMatch(
    /^tenon: .*hooks of \.claude\/settings\.json skipped: folder not trusted; run with --trust, or tenon trust to keep it\n$/,
  );
  expect(before.requests[0]).toContain('of-the-user');
  expect(before.requests[0]).not.toContain('of-the-project');
  const trusted = await run(['--trust', '-p', 'hello'], {}, before.at);
  expect(trusted.requests[0]).toContain('of-the-project');
  const safe = await run(['--safe-mode', '-p', 'hello'], {}, before.at);
  expect(safe.requests[0]).not.toMatch(/of-the-user|mine/);
});

test('tenon plugin validate', async () => {
  const at = await place();
  onTestFinished(() => at[Symbol.asyncDispose]());
  const check = (...args: string[]) => runProgram(program, ['plugin', 'validate', ...args], at);
  expect(await check(join(fixtures, 'styles'))).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/valid\n$/),
  });
  expect((await check(join(fixtures, 'parts-not-supported'), '--strict')).code).toBe(1);
  const { code, stdout } = await check(join(fixtures, 'hooks-without-wrapper'), '--json');
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { outcome: 'failed', errors: [{ type: 'manifest' }] }]);
});
