import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { type ModelServerOptions, startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { place } from '../gates/program.ts';
import { startProgram } from './started-program.ts';

type Line = { readonly type: string; readonly [field: string]: unknown };

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 120_000);

const streams = ['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];
const touch: Turn = { calls: [{ id: 'toolu_touch', name: 'Bash', input: { command: 'touch made.txt' } }] };
const user = (content: string, more = {}) => ({ type: 'user', message: { role: 'user', content }, ...more });
const request = (id: string, fields: object) => ({ type: 'control_request', request_id: id, request: fields });

/** A conversation with the program over its standard streams. */
async function talk(
  answers: readonly Turn[] | ModelServerOptions['respond'],
  args: readonly string[] = [],
  more: Record<string, string> = {},
) {
  const at = await place();
  const server = await startModelServer(
    typeof answers === 'function' ? { respond: answers } : { turns: answers ?? [] },
  );
  const env = {
    PATH: process.env.PATH,
    HOME: at.home,
    ANTHROPIC_BASE_URL: server.url,
    ANTHROPIC_API_KEY: 'k',
    ...more,
  };
  const started = startProgram(program, [...streams, ...args], { cwd: at.cwd, env });
  onTestFinished(async () => {
    started.child.kill('SIGKILL');
    await started.end;
    await server.close();
    await at[Symbol.asyncDispose]();
  });
  const lines = () =>
    started.out.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  return {
    at,
    server,
    end: started.end,
    lines,
    stderr: () => started.out.stderr,
    say: (...messages: readonly unknown[]) => {
      const text = messages.map((one) => (typeof one === 'string' ? one : `${JSON.stringify(one)}\n`)).join('');
      started.child.stdin.write(text);
    },
    close: () => started.child.stdin.end(),
    /** The first line that fits, once it is there. */
    async line(fits: (line: Line) => boolean): Promise<Line> {
      for (;;) {
        const found = lines().find(fits);
        if (found !== undefined) return found;
        if (started.child.exitCode !== null) throw new Error(`it ended: ${started.out.stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

const isAnswerTo = (id: string) => (line: Line) =>
  line.type === 'control_response' && (line.response as { request_id: string }).request_id === id;
const isResult = ({ type }: Line) => type === 'result';
const isQuestion = ({ type }: Line) => type === 'control_request';

test('requests before the first message are answered, and change how it is answered', async () => {
  const t = await talk([{ text: 'Hi.' }]);
  t.say(
    request('1', { subtype: 'initialize', systemPrompt: ['Be terse.'] }),
    request('2', { subtype: 'set_model', model: 'claude-haiku-4-5' }),
    user('hi'),
  );
  await t.line(isResult);
  t.close();
  expect(await t.end).toMatchObject({ code: 0 });
  expect(t.lines().map(({ type }) => type)).toEqual([
    'control_response',
    'control_response',
    'system',
    'assistant',
    'result',
  ]);
  expect(t.server.requests[0]?.body).toMatchObject({ model: 'claude-haiku-4-5', system: [{ text: 'Be terse.' }] });
  expect(t.stderr()).toBe('');
});

test('messages that come while the model works are read between its turns', async () => {
  const t = await talk(
    ({ body }) => (body.messages?.length === 1 ? touch : { text: 'Over.' }),
    ['--permission-prompt-tool', 'stdio'],
  );
  t.say(user('first'));
  const question = await t.line(isQuestion);
  t.say(user('by the way', { uuid: '11111111-2222-4333-8444-555555555555' }), {
    type: 'control_response',
    response: { subtype: 'success', request_id: question.request_id, response: { behavior: 'allow' } },
  });
  t.close();
  expect(await t.end).toMatchObject({ code: 0 });
  expect(t.lines().filter(isResult)).toHaveLength(1);
  expect(JSON.stringify(t.server.requests[1]?.body.messages)).toContain('by the way');
  expect(existsSync(join(t.at.cwd, 'made.txt'))).toBe(true);
});

test('a question that nobody can answer any more is a no', async () => {
  const t = await talk([touch, { text: 'Over.' }], ['--permission-prompt-tool', 'stdio']);
  t.say(user('go'));
  await t.line(isQuestion);
  t.close();
  expect(await t.end).toMatchObject({ code: 0 });
  expect(t.lines().find(isResult)).toMatchObject({ permission_denials: [{ tool_name: 'Bash' }] });
  expect(existsSync(join(t.at.cwd, 'made.txt'))).toBe(false);
});

test('an interrupt withdraws the question, and the next message works', async () => {
  const t = await talk(
    ({ body }) => (body.messages?.length === 1 ? touch : { text: 'Fine.' }),
    ['--permission-prompt-tool=stdio'],
  );
  t.say(user('go'));
  const question = await t.line(isQuestion);
  t.say(request('stop', { subtype: 'interrupt' }));
  expect(await t.line(isAnswerTo('stop'))).toMatchObject({
    response: { subtype: 'success', response: { still_queued: [] } },
  });
  expect(t.lines()).toContainEqual({ type: 'control_cancel_request', request_id: question.request_id });
  t.say(user('again'));
  await t.line(({ result }) => result === 'Fine.');
  t.close();
  expect(await t.end).toMatchObject({ code: 0 });
  expect(t.lines().filter(isResult)).toMatchObject([{ terminal_reason: 'aborted_tools' }, { subtype: 'success' }]);
});

test('a question of the model is answered the same way, and a plan is approved', async () => {
  const questions = [
    {
      question: 'Which colour?',
      header: 'Colour',
      multiSelect: false,
      options: [
        { label: 'Red', description: 'Like a rose' },
        { label: 'Blue', description: 'Like the sky' },
      ],
    },
  ];
  const answers: readonly Turn[] = [
    { calls: [{ name: 'AskUserQuestion', input: { questions } }] },
    { calls: [{ name: 'ExitPlanMode', input: { plan: '# Paint it blue' } }] },
    { text: 'Painted.' },
  ];
  const t = await talk(answers, ['--permission-prompt-tool', 'stdio', '--permission-mode', 'plan']);
  const yes = (question: Line, more = {}) => ({
    type: 'control_response',
    response: { subtype: 'success', request_id: question.request_id, response: { behavior: 'allow', ...more } },
  });
  const about = (tool: string) => (line: Line) => isQuestion(line) && (line.request as Line).tool_name === tool;
  t.say(user('paint'));
  const asked = await t.line(about('AskUserQuestion'));
  expect(asked.request).toMatchObject({ requires_user_interaction: true, input: { questions } });
  t.say(yes(asked, { updatedInput: { questions, answers: { 'Which colour?': 'Blue' } } }));
  const plan = await t.line(about('ExitPlanMode'));
  expect(plan.request).toMatchObject({ requires_user_interaction: true, input: { plan: '# Paint it blue' } });
  t.say(yes(plan));
  await t.line(isResult);
  t.close();
  expect(await t.end).toMatchObject({ code: 0 });
  expect(t.server.requests[1]?.text).toMatch(/The user answered:.*Which colour\?.*Blue/);
  expect(t.server.requests[2]?.text).toContain('The user approved the plan');
  expect(t.lines()).toContainEqual(expect.objectContaining({ subtype: 'status', permissionMode: 'default' }));
});

test('a line that makes no sense is named, and what came before it is answered', async () => {
  const t = await talk([{ text: 'Hi.' }]);
  t.say(user('hi'), '{"type":"control_request",\n');
  expect(await t.end).toMatchObject({ code: 1 });
  expect(t.stderr()).toMatch(/^tenon: standard input, line 2: not JSON/);
  expect(t.lines().find(isResult)).toMatchObject({ result: 'Hi.' });
});

test('a request that is none of ours, or none at all, is said; the session goes on', async () => {
  const t = await talk([{ text: 'Hi.' }]);
  t.say(request('1', { subtype: 'make_tea' }), { type: 'control_request', request: {} }, user('hi'));
  await t.line(isResult);
  t.close();
  expect(await t.end).toMatchObject({ code: 0 });
  expect(t.lines()[0]).toMatchObject({ response: { subtype: 'error', error: expect.stringContaining('make_tea') } });
  expect(t.stderr()).toBe(
    'tenon: standard input, line 2: a control_request needs a "request_id", so that it can be answered\n',
  );
});

test('a session that cannot be opened answers nothing but errors', async () => {
  const t = await talk([], ['--resume', '00000000-0000-4000-8000-000000000000']);
  t.say(request('1', { subtype: 'initialize' }));
  expect(await t.end).toMatchObject({ code: 1 });
  expect(t.lines()).toMatchObject([{ response: { subtype: 'error', request_id: '1' } }]);
  expect(t.stderr()).toContain('there is no session');
});

test('a session is gone on with from a message in the middle of it', async () => {
  const t = await talk([{ text: 'One.' }, { text: 'Two.' }]);
  t.say(user('first'));
  const { uuid, session_id } = await t.line(({ type }) => type === 'assistant');
  await t.line(isResult);
  t.say(user('second'));
  await t.line(({ result }) => result === 'Two.');
  t.close();
  await t.end;
  const resumed = async (message: string, ...args: string[]) => {
    const env = { PATH: process.env.PATH, HOME: t.at.home, ANTHROPIC_API_KEY: 'k' };
    const server = await startModelServer({ turns: [{ text: 'Three.' }] });
    onTestFinished(() => server.close());
    const run = startProgram(program, ['-p', message, '--resume', String(session_id), ...args], {
      cwd: t.at.cwd,
      env: { ...env, ANTHROPIC_BASE_URL: server.url },
      stdin: '',
    });
    return { ...(await run.end), stderr: run.out.stderr, sent: JSON.stringify(server.requests[0]?.body.messages) };
  };
  const third = await resumed('third', '--resume-session-at', String(uuid));
  expect(third).toMatchObject({ code: 0, sent: expect.stringMatching(/first.*One\..*third/) });
  expect(third.sent).not.toContain('second');
  const fourth = await resumed('fourth');
  expect(fourth.sent).toMatch(/first.*One\..*third.*Three\..*fourth/);
  expect(fourth.sent).not.toContain('second');
  expect(await resumed('fifth', '--resume-session-at', 'nowhere')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('it has no message nowhere'),
  });
});

test.each([
  [['--permission-prompt-tool', 'stdio'], /stdio needs --input-format stream-json/],
  [['--permission-prompt-tool', 'mcp__auth__approve'], /there is no tool of this name/],
  [['--permission-prompt-tool', ''], /give stdio or the name of a tool/],
])('a wrong call is named: %j', async (args, problem) => {
  const at = await place();
  onTestFinished(() => at[Symbol.asyncDispose]());
  const env = { PATH: process.env.PATH, HOME: at.home, ANTHROPIC_API_KEY: 'k' };
  const run = startProgram(program, ['-p', 'hi', ...args], { cwd: at.cwd, env, stdin: '' });
  expect(await run.end).toMatchObject({ code: 2 });
  expect(run.out.stderr).toMatch(problem);
});

test('what is asked of the endpoint follows the flags that SDKs pass', async () => {
  const flags = ['--thinking=adaptive', '--thinking-display=summarized', '--task-budget=50000'];
  const t = await talk([{ text: 'Hi.' }], ['--model', 'claude-opus-5', ...flags]);
  t.say(user('hi'));
  t.close();
  await t.end;
  const { body, headers } = t.server.requests[0]!;
  expect(body).toMatchObject({
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { task_budget: { type: 'tokens', total: 50000 } },
  });
  expect(headers['anthropic-beta']).toContain('task-budgets-2026-03-13');
});

test('what a prompt needs of the background is awaited when the input has ended, and the model hears of it', async () => {
  const agent = { description: 'Look around', prompt: 'look', run_in_background: true };
  const t = await talk(({ body }) => {
    const said = JSON.stringify(body.messages);
    if (said.includes('It reports')) return { text: 'It has looked.' };
    if (body.messages?.length === 1 && said.includes('begin')) return { calls: [{ name: 'Agent', input: agent }] };
    return said.includes('begin') ? { text: 'It looks.' } : { text: 'Nothing there.', stallMs: 300 };
  });
  t.say(user('begin'));
  t.close();
  expect(await t.end).toMatchObject({ code: 0 });
  expect(t.lines().filter(isResult)).toMatchObject([{ result: 'It looks.' }, { result: 'It has looked.' }]);
});

test('without a frame of it, the protocol is not loaded', async () => {
  const loaded = async (...lines: readonly unknown[]) => {
    const folder = await mkdtemp(join(tmpdir(), 'tenon-coverage-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const t = await talk([{ text: 'Hi.' }], [], { NODE_V8_COVERAGE: folder });
    t.say(...lines, user('hi'));
    t.close();
    expect(await t.end).toMatchObject({ code: 0 });
    const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
    return texts.some((text) => /chunks\/(control|connect-client)-/.test(text));
  };
  expect(await loaded()).toBe(false);
  expect(await loaded(request('1', { subtype: 'mcp_status' }))).toBe(true);
});

test('many messages at once are all answered', async () => {
  const t = await talk(() => ({ text: 'Hi.' }));
  t.say(...Array.from({ length: 150 }, (_, n) => user(`message ${n}`)));
  t.close();
  expect(await t.end).toMatchObject({ code: 0 });
  expect(t.lines().filter(isResult)).toHaveLength(150);
});
