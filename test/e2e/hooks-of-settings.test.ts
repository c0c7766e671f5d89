import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { place, runProgram } from '../gates/program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 240_000);

interface Setup {
  /** Settings of the user. */
  readonly user?: object;
  /** Settings of the project, which is trusted then. */
  readonly project?: object;
  readonly local?: object;
  readonly turns?: readonly Turn[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the project to read afterwards. */
  readonly reads?: readonly string[];
}

const bash = (command: string): Turn => ({ calls: [{ name: 'Bash', input: { command } }] });
const DONE: Turn = { text: 'done' };
const hook = (event: string, command: string, more: object = {}, matcher?: string) => ({
  hooks: { [event]: [{ ...(matcher !== undefined && { matcher }), hooks: [{ type: 'command', command, ...more }] }] },
});
const ALLOWED = { permissions: { allow: ['Bash(touch *)', 'Bash(echo *)'] } };

async function run({ user, project, local, turns = [DONE], args = [], env = {}, reads = [] }: Setup) {
  await using at = await place();
  const server = await startModelServer({ turns });
  try {
    const write = async (folder: string, name: string, value: object | undefined) => {
      if (value === undefined) return;
      await mkdir(join(folder, '.claude'), { recursive: true });
      await writeFile(join(folder, '.claude', name), JSON.stringify(value));
    };
    await write(at.home, 'settings.json', user);
    await write(at.cwd, 'settings.json', project);
    await write(at.cwd, 'settings.local.json', local);
    const trust = project === undefined && local === undefined ? [] : ['--trust'];
    const began = performance.now();
    const ran = await runProgram(program, ['-p', 'go', '--model', 'sonnet', ...trust, ...args], at, {
      env: { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test', ...env },
    });
    const ms = performance.now() - began;
    const files = await Promise.all(reads.map((name) => readFile(join(at.cwd, name), 'utf8').catch(() => undefined)));
    return { ...ran, ms, files, requests: server.requests };
  } finally {
    await server.close();
  }
}

const messagesOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test.each<[string, object, boolean]>([
  ['exit 0', hook('PreToolUse', 'exit 0'), true],
  ['exit 1', hook('PreToolUse', 'echo no >&2; exit 1'), true],
  ['exit 2', hook('PreToolUse', 'echo no >&2; exit 2'), false],
  ['exit 127', hook('PreToolUse', 'no-such-command'), true],
  ['too late', hook('PreToolUse', 'sleep 20; exit 2', { timeout: 1 }), true],
  ['exit 1 that fails closed', hook('PreToolUse', 'exit 1', { onFailure: 'block' }), false],
  ['too late, fails closed', hook('PreToolUse', 'sleep 20', { timeout: 0.3, onFailure: 'block' }), false],
  ['a matcher that fits', hook('PreToolUse', 'exit 2', {}, 'Bash'), false],
  ['a matcher that does not', hook('PreToolUse', 'exit 2', {}, 'Edit|Write'), true],
  ['a rule that fits', hook('PreToolUse', 'exit 2', { if: 'Bash(touch *)' }), false],
  ['a rule that does not', hook('PreToolUse', 'exit 2', { if: 'Bash(rm *)' }), true],
  ['exec form', hook('PreToolUse', 'sh', { args: ['-c', 'exit 2'] }), false],
  ['all hooks are off', { ...hook('PreToolUse', 'exit 2'), disableAllHooks: true }, true],
])('PreToolUse, %s: the tool runs: %s', async (_, settings, wanted) => {
  const ran = await run({
    user: { ...ALLOWED, ...settings },
    turns: [bash('touch made'), DONE],
    reads: ['made'],
  });
  expect(ran).toMatchObject({ code: 0, stdout: 'done\n' });
  expect(ran.files[0] !== undefined).toBe(wanted);
  expect(ran.ms).toBeLessThan(15_000);
});

test('a hook that allows saves the question, and beats no rule that denies', async () => {
  const answer = { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow' } };
  const allow = hook('PreToolUse', `echo '${JSON.stringify(answer)}'`);
  const turns = [bash('touch made'), DONE];
  const asked = await run({ user: allow, turns, reads: ['made'] });
  expect(asked.files).toEqual(['']);
  const denied = await run({ user: { ...allow, permissions: { deny: ['Bash(touch *)'] } }, turns, reads: ['made'] });
  expect(denied.files).toEqual([undefined]);
});

test('the same handler in two settings files runs once, others side by side', async () => {
  const same = hook('UserPromptSubmit', 'echo x >> log');
  const once = await run({ user: same, project: same, local: same, reads: ['log'] });
  expect(once.files).toEqual(['x\n']);
  const slow = (n: number) => ({ type: 'command', command: `sleep 1; echo ${n} >> log` });
  const hooks = { UserPromptSubmit: [{ hooks: [1, 2, 3, 4].map(slow) }] };
  const parallel = await run({ user: { hooks }, reads: ['log'] });
  expect(parallel.files[0]?.split('\n').sort().join('')).toBe('1234');
  expect(parallel.ms).toBeLessThan(3_500);
});

const failing = hook('PreToolUse', 'echo broken >&2; exit 1');
test.each<[string, object, RegExp]>([
  [
    'a systemMessage',
    hook('Stop', `printf %s '{"systemMessage":"look \\u001b[2Jout\\nhere"}'`),
    /^tenon: look .\[2Jout here$/m,
  ],
  ['exit 2 of SessionStart', hook('SessionStart', 'echo not now >&2; exit 2'), /^tenon: .*not now/m],
  ['a handler that fails', hook('PostToolUse', 'echo broken >&2; exit 1'), /^tenon: .*broken/m],
  ['a guard that fails', failing, /^tenon: .*broken/m],
])('%s is told on stderr, once, with text and json output', async (_, settings, wanted) => {
  for (const format of ['text', 'json']) {
    const turns = [bash('echo hi'), DONE];
    const ran = await run({ user: { ...ALLOWED, ...settings }, turns, args: ['--output-format', format] });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(wanted);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    expect(ran.stderr).not.toContain('\u001b');
    if (format === 'text') expect(ran.stdout).toBe('done\n');
  }
});

test('hooks of a project do not run where it is not trusted', async () => {
  await using at = await place();
  await mkdir(join(at.cwd, '.claude'));
  await writeFile(join(at.cwd, '.claude/settings.json'), JSON.stringify(hook('SessionStart', 'echo x >> log')));
  const server = await startModelServer({ turns: [DONE] });
  try {
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test' };
    const ran = await runProgram(program, ['-p', 'go', '--model', 'sonnet'], at, { env });
    expect(ran).toMatchObject({ code: 0, stdout: 'done\n' });
    await expect(readFile(join(at.cwd, 'log'))).rejects.toThrow('ENOENT');
  } finally {
    await server.close();
  }
});

test('an unknown event and an unknown type leave the rest of the file as it is', async () => {
  const known = hook('PreToolUse', 'echo no >&2; exit 2');
  const odd = {
    Whatever: [{ hooks: [{ type: 'command', command: 'x' }] }],
    Stop: [{ hooks: [{ type: 'telepathy' }] }],
  };
  const ran = await run({
    user: { hooks: { ...known.hooks, ...odd }, permissions: { deny: ['Read'] } },
    turns: [bash('touch made'), DONE],
    reads: ['made'],
  });
  expect(ran).toMatchObject({ code: 0, stdout: 'done\n', files: [undefined] });
  expect(JSON.stringify(ran.requests[0]?.body.tools)).not.toContain('"Read"');
});

test('a Stop hook sends the model on, and not for ever', async () => {
  const settings = hook('Stop', 'cat > in.json; echo "write tests" >&2; exit 2');
  const env = { CLAUDE_CODE_STOP_HOOK_BLOCK_CAP: '2' };
  const ran = await run({ user: settings, turns: [DONE, DONE, DONE, DONE], env, reads: ['in.json'] });
  expect(ran).toMatchObject({ code: 0, stdout: 'done\n' });
  expect(ran.requests).toHaveLength(3);
  expect(JSON.stringify(ran.requests[1]?.body.messages)).toContain('write tests');
  expect(JSON.parse(ran.files[0] ?? '')).toMatchObject({ stop_hook_active: true, last_assistant_message: 'done' });
});

test('what a SessionStart hook exports is there for commands, and its text for the model', async () => {
  const ran = await run({
    user: { ...ALLOWED, ...hook('SessionStart', 'echo "export WHO=me" >> "$CLAUDE_ENV_FILE"; echo be kind') },
    turns: [bash('echo "I am $WHO"'), DONE],
    args: ['--allowedTools', 'Bash'],
  });
  expect(JSON.stringify(ran.requests[0]?.body.messages)).toContain('be kind');
  expect(JSON.stringify(ran.requests[1]?.body.messages)).toContain('I am me');
});

test('runs are shown with --include-hook-events, those of SessionStart always', async () => {
  const user = {
    ...ALLOWED,
    hooks: { ...hook('SessionStart', 'echo hi').hooks, ...hook('PreToolUse', 'echo no >&2; exit 2').hooks },
  };
  const args = ['--output-format', 'stream-json', '--verbose'];
  const turns = [bash('touch made'), DONE];
  const shown = async (more: readonly string[]) =>
    messagesOf((await run({ user, turns, args: [...args, ...more] })).stdout)
      .filter(({ subtype }) => String(subtype).startsWith('hook_'))
      .map(({ subtype, hook_name, outcome, exit_code }) => [subtype, hook_name, outcome, exit_code]);
  const start = [
    ['hook_started', 'SessionStart:startup', undefined, undefined],
    ['hook_response', 'SessionStart:startup', 'success', 0],
  ];
  expect(await shown([])).toEqual(start);
  expect(await shown(['--include-hook-events'])).toEqual([
    ...start,
    ['hook_started', 'PreToolUse:Bash', undefined, undefined],
    ['hook_response', 'PreToolUse:Bash', 'success', 2],
  ]);
});

test('the input names a transcript that is there, and continue: false ends the run', async () => {
  const stop = { continue: false, stopReason: 'enough for today' };
  const ran = await run({
    user: { ...ALLOWED, ...hook('PostToolUse', `cat > in.json; echo '${JSON.stringify(stop)}'`) },
    turns: [bash('touch made')],
    reads: ['in.json'],
  });
  expect(ran.requests).toHaveLength(1);
  expect(ran.stdout).toBe('enough for today\n');
  const input = JSON.parse(ran.files[0] ?? '') as Record<string, unknown>;
  expect(input).toMatchObject({
    hook_event_name: 'PostToolUse',
    tool_name: 'Bash',
    tool_input: { command: 'touch made' },
  });
  expect(input.transcript_path).toMatch(/\.jsonl$/);
});

test('our own events: a query is refused, and its end is told', async () => {
  const refuse = hook('QueryStart', 'echo "not now" >&2; exit 2');
  const refused = await run({ user: refuse, turns: [] });
  expect(refused.code).toBe(1);
  expect(`${refused.stdout}${refused.stderr}`).toContain('not now');
  expect(refused.requests).toHaveLength(0);
  const told = await run({ user: hook('QueryEnd', 'cat > in.json', {}, 'success'), reads: ['in.json'] });
  expect(JSON.parse(told.files[0] ?? '')).toMatchObject({
    ...{ hook_event_name: 'QueryEnd', outcome: 'success', num_turns: 1 },
    last_assistant_message: 'done',
  });
});

test('tenon hooks lists them, with where they come from', async () => {
  await using at = await place();
  await mkdir(join(at.home, '.claude'));
  const file = join(at.home, '.claude/settings.json');
  await writeFile(file, JSON.stringify(hook('PreToolUse', './guard.sh', {}, 'Bash')));
  const ran = await runProgram(program, ['hooks', '--json'], at);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    hooks: [{ event: 'PreToolUse', matcher: 'Bash', runs: './guard.sh', file, trusted: true }],
  });
});

test('a small model and an agent judge whether the model may stop', async () => {
  const judge = (type: string) => ({
    hooks: { Stop: [{ hooks: [{ type, prompt: 'Are there tests? $ARGUMENTS', timeout: 20 }] }] },
  });
  const no = JSON.stringify({ ok: false, reason: 'write tests' });
  const asked = await run({
    user: judge('prompt'),
    turns: [DONE, { text: no }, { text: 'written' }, { text: '{"ok":true}' }],
  });
  expect(asked).toMatchObject({ code: 0, stdout: 'written\n' });
  expect(JSON.stringify(asked.requests[2]?.body.messages)).toContain('write tests');
  const answer = (input: object): Turn => ({ calls: [{ name: 'StructuredOutput', input }] });
  const turns = [DONE, answer({ ok: false, reason: 'write tests' }), { text: 'written' }, answer({ ok: true })];
  const looked = await run({ user: judge('agent'), turns });
  expect(looked).toMatchObject({ code: 0, stdout: 'written\n' });
  expect(JSON.stringify(looked.requests[2]?.body.messages)).toContain('write tests');
});
