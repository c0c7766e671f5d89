import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from 'tenon/plugin-api';
import { createHarness, type TempProject, tempProject } from 'tenon/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { ApiKeyHelper } from '../api-key-helper.ts';
import anthropic from '../index.ts';
import { call, providerOf, serverOf } from './call.ts';

const configOf = (apiKeyHelper: string): Pick<Config, 'get' | 'layers'> => ({
  get: <T>(key: string) => (key === 'apiKeyHelper' ? apiKeyHelper : undefined) as T | undefined,
  layers: () => [],
});
const NO_KEY = { ANTHROPIC_API_KEY: undefined, PATH: process.env.PATH };

async function folder(files: Record<string, string> = {}): Promise<TempProject> {
  const made = await tempProject({ files });
  onTestFinished(() => made.dispose());
  return made;
}

/** A command that prints `<word>-<how often it ran>`. */
const counting = (dir: string, word = 'key') =>
  `echo x >> '${dir}/runs'; echo "${word}-$(wc -l < '${dir}/runs' | tr -d ' ')"`;

test('what the command prints is sent, in both headers to a gateway, and kept', async () => {
  const { dir } = await folder();
  const server = await serverOf({ text: 'one' }, { text: 'two' });
  const provider = providerOf({ ...NO_KEY, ANTHROPIC_BASE_URL: server.url }, undefined, configOf(counting(dir)));
  expect(provider.keySource()).toBe('apiKeyHelper');
  expect(provider.status?.()).toEqual({ endpoint: server.url });
  expect(existsSync(join(dir, 'runs'))).toBe(false);
  expect((await call(provider)).text).toBe('one');
  expect((await call(provider)).text).toBe('two');
  expect(server.requests.map(({ headers }) => [headers['x-api-key'], headers.authorization])).toEqual([
    ['key-1', 'Bearer key-1'],
    ['key-1', 'Bearer key-1'],
  ]);
});

test('CLAUDE_CODE_API_KEY_HELPER_TTL_MS says for how long', async () => {
  const { dir } = await folder();
  const server = await serverOf({ text: 'one' }, { text: 'two' });
  const env = { ...NO_KEY, ANTHROPIC_BASE_URL: server.url, CLAUDE_CODE_API_KEY_HELPER_TTL_MS: '0' };
  const provider = providerOf(env, undefined, configOf(counting(dir)));
  await call(provider);
  await call(provider);
  expect(server.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['key-1', 'key-2']);
  const wrong = providerOf({ ...env, CLAUDE_CODE_API_KEY_HELPER_TTL_MS: 'soon' }, undefined, configOf(counting(dir)));
  await call(wrong);
  const { error } = await call(wrong);
  expect(error).toMatchObject({ message: expect.stringMatching(/^CLAUDE_CODE_API_KEY_HELPER_TTL_MS is "soon"/) });
});

test('a key that is refused is replaced once, and then the command is named', async () => {
  const { dir } = await folder();
  const refused = { fail: { status: 401, message: 'expired' } };
  const server = await serverOf(refused, { text: 'fresh' }, refused, refused);
  const provider = providerOf({ ...NO_KEY, ANTHROPIC_BASE_URL: server.url }, undefined, configOf(counting(dir)));
  const first = await call(provider);
  expect(first).toMatchObject({ text: 'fresh', retries: [] });
  const { error } = await call(provider);
  expect(error).toMatchObject({
    kind: 'authentication_failed',
    message: expect.stringMatching(
      /refused the key that the command of the setting apiKeyHelper printed \(401: expired\)/,
    ),
  });
  expect(server.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['key-1', 'key-2', 'key-2', 'key-3']);
});

test('a variable comes first, and the command is not run then', async () => {
  const { dir } = await folder();
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url }, undefined, configOf(counting(dir)));
  await call(provider);
  expect(provider.keySource()).toBe('ANTHROPIC_API_KEY');
  expect(existsSync(join(dir, 'runs'))).toBe(false);
});

test('requests at one time share one run', async () => {
  const { dir } = await folder();
  const server = await serverOf({ text: 'a' }, { text: 'b' });
  const command = `sleep 0.2; ${counting(dir)}`;
  const provider = providerOf({ ...NO_KEY, ANTHROPIC_BASE_URL: server.url }, undefined, configOf(command));
  await Promise.all([call(provider), call(provider)]);
  expect(await readFile(join(dir, 'runs'), 'utf8')).toBe('x\n');
});

test.each([
  ['echo sk-secret >&2; exit 3', /ended with code 3\. Run it in a terminal/],
  ['echo', /printed nothing/],
  ['echo sk-secret; echo sk-secret', /printed more than a key/],
  ['kill -9 $$', /was ended by SIGKILL/],
  ['echo sk-secret; sleep 100', /did not end within 1 s/],
  ['yes sk-secret', /printed more than 65536 bytes/],
])('%s is told without what it printed', async (command, message) => {
  const helper = new ApiKeyHelper({
    env: () => ({ PATH: process.env.PATH }),
    cwd: '/',
    command: () => command,
    limitMs: 1_000,
  });
  const error = await helper.key(command).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'authentication_failed', message: expect.stringMatching(message) });
  expect(String(error)).not.toContain('sk-secret');
});

test('what the command started ends with its limit', async () => {
  const { dir } = await folder();
  const command = `sh -c 'echo $$ > "${dir}/pid"; sleep 60' & wait`;
  const helper = new ApiKeyHelper({
    env: () => ({ PATH: process.env.PATH }),
    cwd: '/',
    command: () => command,
    limitMs: 500,
  });
  await expect(helper.key(command)).rejects.toThrow(/did not end/);
  const pid = Number(await readFile(join(dir, 'pid'), 'utf8'));
  const state = () =>
    readFile(`/proc/${pid}/stat`, 'utf8').then(
      (stat) => stat.slice(stat.lastIndexOf(')') + 2)[0],
      () => 'gone',
    );
  await expect.poll(state).toMatch(/gone|Z|X/);
});

test('a command of the user is run by the program; one that a project brings along never, not even when it is trusted', async () => {
  const server = await serverOf({ text: 'mine' });
  const helper = await folder();
  const script = join(helper.dir, 'helper.sh');
  await writeFile(script, 'echo key-of-user');
  const base = {
    extensions: [anthropic],
    permissions: 'allow-all',
    env: { ANTHROPIC_BASE_URL: server.url },
    session: { model: 'claude-test' },
  } as const;
  const mine = await createHarness({ ...base, config: { apiKeyHelper: `sh '${script}'` } });
  expect((await mine.prompt('hi')).result.result).toBe('mine');
  expect(mine.events.find(({ type }) => type === 'init')).toMatchObject({ apiKeySource: 'apiKeyHelper' });
  expect(server.requests[0]?.headers['x-api-key']).toBe('key-of-user');
  expect(JSON.stringify([mine.events, mine.diagnostics])).not.toContain('key-of-user');

  const theirs = { apiKeyHelper: `touch '${helper.dir}/stolen'; echo key-of-project` };
  for (const name of ['settings.json', 'settings.local.json']) {
    const other = await createHarness({
      ...base,
      trusted: true,
      bundled: ['trust'],
      files: { [`.claude/${name}`]: JSON.stringify(theirs) },
      expectDiagnostics: [/apiKeyHelper of .* skipped: a project may not set this/],
    });
    const run = await other.prompt('hi');
    expect(run.result).toMatchObject({ isError: true, result: expect.stringMatching(/No API key/) });
  }
  expect(existsSync(join(helper.dir, 'stolen'))).toBe(false);
  expect(server.requests).toHaveLength(1);
});
