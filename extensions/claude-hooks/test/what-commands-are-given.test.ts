import { readFileSync } from 'node:fs';
import { createHarness, type Harness, type HarnessOptions, tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { eventValues } from './event-values.ts';
import { hookSetup, keeps, prints, sh, specific, type TestHook } from './hook-setup.ts';

async function fire(event: string, hook: Omit<TestHook, 'event'>, more: HarnessOptions = {}): Promise<Harness> {
  const h = await createHarness({ extensions: hookSetup({ event, ...hook }), ...more });
  const session = await h.session();
  await h.fire(event as 'Stop', eventValues(session)[event] as never);
  return h;
}

const env = sh('env > env.txt');
async function variables(h: Harness): Promise<Record<string, string>> {
  const text = (await h.project.read('env.txt')) ?? '';
  return Object.fromEntries(text.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
}

test('the environment: the project, the session, and no exporters', async () => {
  const given = { OTEL_EXPORTER_OTLP_HEADERS: 'secret', MINE: 'kept', CLAUDE_CODE_SESSION_ACCESS_TOKEN: 'secret' };
  const h = await fire('Stop', { handler: env }, { env: given });
  const found = await variables(h);
  expect(found).toMatchObject({
    MINE: 'kept',
    CLAUDECODE: '1',
    CLAUDE_PROJECT_DIR: h.project.dir,
    CLAUDE_CODE_SESSION_ID: (await h.session()).id,
    CLAUDE_CODE_ENTRYPOINT: expect.any(String),
  });
  for (const name of [
    'OTEL_EXPORTER_OTLP_HEADERS',
    'CLAUDE_CODE_SESSION_ACCESS_TOKEN',
    'CLAUDE_ENV_FILE',
    'CLAUDE_MODEL',
  ])
    expect(found).not.toHaveProperty(name);
});

test('keys of the user are left out when he says so', async () => {
  const given = { ANTHROPIC_API_KEY: 'sk-1', CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: '1' };
  const h = await fire('Stop', { handler: env }, { env: given });
  expect(await variables(h)).not.toHaveProperty('ANTHROPIC_API_KEY');
});

test('a plugin has its folder, its data and its options', async () => {
  const options = { token: 's3cret', 'max-size': 5 };
  const { dir: data } = await tempProject();
  const plugin = { id: 'a@m', name: 'a', root: '/plugins/a', data, options, sensitive: ['token'] };
  const h = await fire('Stop', { handler: env, origin: { kind: 'plugin', plugin } });
  expect(await variables(h)).toMatchObject({
    CLAUDE_PLUGIN_ROOT: '/plugins/a',
    CLAUDE_PLUGIN_DATA: data,
    CLAUDE_PLUGIN_OPTION_token: 's3cret',
    CLAUDE_PLUGIN_OPTION_max_size: '5',
  });
});

test('the data folder of a plugin is there for the first command that writes to it', async () => {
  const data = (await tempProject()).path('plugins/data/a');
  const plugin = { id: 'a@m', name: 'a', root: '/plugins/a', data, options: {}, sensitive: [] };
  await fire('Stop', { handler: sh('echo kept > "$CLAUDE_PLUGIN_DATA/note"'), origin: { kind: 'plugin', plugin } });
  expect(readFileSync(`${data}/note`, 'utf8')).toBe('kept\n');
});

test('CLAUDE_PROJECT_DIR stays where the session began', async () => {
  const h = await createHarness({ extensions: hookSetup({ event: 'Stop', handler: env }), files: { 'sub/x': '' } });
  const session = await h.session();
  await session.setCwd(h.project.path('sub'));
  await h.fire('Stop', eventValues(session).Stop as never);
  const text = (await h.project.read('sub/env.txt')) ?? '';
  expect(text).toContain(`CLAUDE_PROJECT_DIR=${h.project.dir}\n`);
});

test.each(['SessionStart', 'CwdChanged'])('what a hook of %s exports is there for later commands', async (event) => {
  const handler = sh(
    'echo "export GREETING=\\"hello there\\"" >> "$CLAUDE_ENV_FILE"; echo "export PATH=\\"/x/bin:$PATH\\"" >> "$CLAUDE_ENV_FILE"',
  );
  const { callTool, say } = await import('tenon/test-kit');
  const h = await createHarness({
    extensions: hookSetup({ event, handler }),
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [callTool('Bash', { command: `echo "$GREETING"; echo "\${PATH%%:*}"` }), say('done')],
  });
  const session = await h.session();
  if (event === 'CwdChanged') await h.fire('CwdChanged', eventValues(session).CwdChanged as never);
  const run = await h.prompt('go');
  expect(run.calls('Bash')).toMatchObject([{ result: 'hello there\n/x/bin' }]);
});

test('the input of PreToolUse has the documented fields, and paths are absolute', async () => {
  const { callTool, say } = await import('tenon/test-kit');
  const h = await createHarness({
    extensions: hookSetup({ event: 'PreToolUse', matcher: 'Read', handler: keeps('in.json') }),
    bundled: ['builtin-tools'],
    files: { 'a.txt': 'a' },
    model: [callTool('Read', { file_path: 'a.txt' }), say('done')],
  });
  await h.prompt('go');
  const input = JSON.parse((await h.project.read('in.json')) ?? '') as Record<string, unknown>;
  expect(Object.keys(input)).toEqual([
    ...['session_id', 'transcript_path', 'cwd', 'prompt_id', 'permission_mode', 'hook_event_name'],
    ...['tool_name', 'tool_input', 'tool_use_id'],
  ]);
  expect(input).toMatchObject({ tool_input: { file_path: h.project.path('a.txt') }, permission_mode: 'default' });
});

test('PostToolUse is given what the tool gave back, and may change what the model reads', async () => {
  const { callTool, say } = await import('tenon/test-kit');
  const output = { stdout: 'secret removed', stderr: '', interrupted: false, isImage: false };
  const h = await createHarness({
    extensions: hookSetup(
      { event: 'PostToolUse', handler: keeps('in.json') },
      { event: 'PostToolUse', handler: prints(specific('PostToolUse', { updatedToolOutput: output })) },
    ),
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [callTool('Bash', { command: 'echo secret' }), say('done')],
  });
  const run = await h.prompt('go');
  expect(JSON.parse((await h.project.read('in.json')) ?? '')).toMatchObject({
    tool_response: { stdout: expect.stringContaining('secret'), stderr: '', interrupted: false },
    duration_ms: expect.any(Number),
  });
  expect(run.requests[1]).toContainToolResult('secret removed');
});

test('a turn ends after the calls when a hook of a call says so', async () => {
  const { callTool } = await import('tenon/test-kit');
  const h = await createHarness({
    extensions: hookSetup({ event: 'PostToolUse', handler: prints({ continue: false, stopReason: 'that will do' }) }),
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [callTool('Bash', { command: 'echo hi' })],
  });
  const run = await h.prompt('go');
  expect(run.result).toMatchObject({ terminalReason: 'hook_stopped' });
  expect(JSON.stringify(run.events)).toContain('that will do');
});

test('a text of more than 10,000 characters is a beginning and a file', async () => {
  const h = await createHarness({
    extensions: hookSetup({ event: 'UserPromptSubmit', handler: sh("head -c 10001 /dev/zero | tr '\\0' y") }),
  });
  const session = await h.session();
  const result = await h.fire('UserPromptSubmit', eventValues(session).UserPromptSubmit as never);
  const text = (result as unknown as { context: { text: string }[] }).context[0]?.text ?? '';
  expect(text.length).toBeLessThan(2_500);
  const path = /all of it is in (\S+)\]/.exec(text)?.[1] ?? '';
  const { readFile, stat } = await import('node:fs/promises');
  expect(await readFile(path, 'utf8')).toBe('y'.repeat(10_001));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('the model may read the file of a long text', async () => {
  const { callTool, say } = await import('tenon/test-kit');
  const long = sh("head -c 20000 /dev/zero | tr '\\0' y; echo the end");
  let path = '';
  const h = await createHarness({
    extensions: hookSetup({ event: 'UserPromptSubmit', handler: long }),
    bundled: ['builtin-tools'],
    model: [
      (request) => {
        path = /all of it is in ([^\s\]]+)/.exec(JSON.stringify(request.messages))?.[1] ?? '';
        return callTool('Bash', { command: `tail -c 7 ${path}` });
      },
      say('done'),
    ],
  });
  const run = await h.prompt('go');
  expect(run.calls('Bash')).toMatchObject([{ verdict: 'allow', result: 'the end' }]);
});

test('SessionStart is told the model', async () => {
  const h = await createHarness({ extensions: hookSetup({ event: 'SessionStart', handler: keeps('in.json') }) });
  await h.session();
  expect(JSON.parse((await h.project.read('in.json')) ?? '')).toMatchObject({ source: 'startup', model: 'scripted' });
});
