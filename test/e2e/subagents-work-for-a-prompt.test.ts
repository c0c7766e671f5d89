import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ModelServer, type RequestBody, startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place, runProgram } from '../gates/program.ts';
import { conversationProblems } from './conversation-problems.ts';
import { type StartedProgram, startProgram } from './started-program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 240_000);

type Choose = (said: string, body: RequestBody, turns: number) => Turn;

/** A model that answers each conversation by what was said in it; `turns` counts the answers of the conversation so far. */
async function world(choose: Choose): Promise<{ readonly at: Place; readonly server: ModelServer }> {
  const at = await place();
  const server = await startModelServer({
    respond: ({ body }) =>
      choose(textsOf(body), body, body.messages?.filter(({ role }) => role === 'assistant').length ?? 0),
  });
  onTestFinished(async () => {
    await server.close();
    await at[Symbol.asyncDispose]();
  });
  return { at, server };
}

const env = (server: ModelServer) => ({ ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'test' });
const stream = ['--output-format', 'stream-json', '--verbose'];

function textsOf({ messages = [] }: RequestBody): string {
  return messages
    .flatMap(({ content }) => content)
    .map(({ text, content }) => text ?? (typeof content === 'string' ? content : JSON.stringify(content ?? '')))
    .join('\n');
}
const systemOf = ({ system = [] }: RequestBody) => system.map(({ text }) => text).join('\n');
const isAgent = (body: RequestBody) => systemOf(body).includes('# How you report');
const call = (prompt: string, input: object = {}, id?: string) => ({
  name: 'Agent',
  input: { description: `do ${prompt}`, prompt, ...input },
  ...(id !== undefined && { id }),
});

type Message = Record<string, unknown> & { readonly type: string };
const messagesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Message);

function transcriptsOf({ home }: Place): readonly string[] {
  const projects = join(home, '.claude', 'projects');
  if (!existsSync(projects)) return [];
  return (readdirSync(projects, { recursive: true }) as string[]).map((name) => join(projects, name));
}

test('three agents in the background work at the same time, and the prompt ends with their reports', async () => {
  let atOnce = 0;
  let most = 0;
  const { at, server } = await world((said, body, turns) => {
    if (isAgent(body)) {
      if (turns === 0) {
        most = Math.max(most, ++atOnce);
        return { stallMs: 300, calls: [{ name: 'Bash', input: { command: 'echo hi' } }] };
      }
      atOnce--;
      return { text: `report of ${/part (\d)/.exec(said)?.[1]}` };
    }
    if (turns === 0) return { calls: ['part 1', 'part 2', 'part 3'].map((part) => call(part)) };
    const heard = [...said.matchAll(/report of (\d)/g)].map(([, one]) => one);
    return { text: heard.length === 3 ? `heard ${heard.sort().join()}` : 'waiting' };
  });
  const { code, stdout, stderr } = await runProgram(program, ['-p', 'go', ...stream, '--model', 'sonnet'], at, {
    env: env(server),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(most).toBeGreaterThan(1);
  const messages = messagesOf(stdout);
  expect(messages.find(({ subtype }) => subtype === 'init')).toMatchObject({
    agents: ['general-purpose', 'Explore', 'Plan'],
    tools: expect.arrayContaining(['Task']),
  });
  const results = messages.filter(({ type }) => type === 'result');
  expect(results).toMatchObject([{ subtype: 'success', result: 'heard 1,2,3' }]);
  const started = messages.filter(({ subtype }) => subtype === 'task_started');
  expect(started).toHaveLength(3);
  expect(started[0]).toMatchObject({
    task_type: 'local_agent',
    is_backgrounded: true,
    subagent_type: 'general-purpose',
  });
  const ended = messages.filter(({ subtype }) => subtype === 'task_notification');
  expect(ended.map(({ task_id }) => task_id).sort()).toEqual(started.map(({ task_id }) => task_id).sort());
  // what agents do is marked; what they say is shown only where that is asked for
  const own = messages.filter(({ agent_id }) => agent_id !== undefined);
  expect(own.length).toBeGreaterThanOrEqual(6);
  for (const message of own) {
    expect(message).toMatchObject({
      parent_tool_use_id: expect.stringMatching(/^toolu_/),
      subagent_type: 'general-purpose',
      task_description: expect.stringMatching(/^do part \d$/),
    });
  }
  expect(stdout.includes('"text":"report of')).toBe(false);
  // all that was asked of the model counts
  const [result] = results;
  const requests = server.requests.length;
  const used = Object.values(result?.modelUsage as Record<string, { inputTokens: number }>);
  expect(used.reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBe(100 * requests);
  for (const { body } of server.requests) expect(conversationProblems(body.messages ?? [])).toEqual([]);
  const kept = transcriptsOf(at).filter((path) => path.includes('/subagents/'));
  expect(kept.filter((path) => path.endsWith('.jsonl'))).toHaveLength(3);
  expect(kept.filter((path) => path.endsWith('.meta.json'))).toHaveLength(3);
});

test('with messages on standard input the program ends when its agents have ended and were heard', async () => {
  const { at, server } = await world((said, body, turns) => {
    if (isAgent(body)) return { stallMs: 500, text: 'the report' };
    if (turns === 0) return { calls: [call('it')] };
    return { text: said.includes('<report') ? 'heard' : 'on my way' };
  });
  const line = JSON.stringify({ type: 'user', message: { role: 'user', content: 'go' } });
  const started = startProgram(program, ['--input-format', 'stream-json', ...stream, '--model', 'sonnet'], {
    cwd: at.cwd,
    env: { PATH: process.env.PATH, HOME: at.home, ...env(server) },
    stdin: `${line}\n`,
  });
  expect((await started.end).code).toBe(0);
  const results = messagesOf(started.out.stdout).filter(({ type }) => type === 'result');
  expect(results.map(({ result }) => result)).toEqual(['on my way', 'heard']);
});

test('agents of the command line: one of them is the session, others work for it', async () => {
  const agents = JSON.stringify({
    lead: { description: 'leads', prompt: 'You lead.', tools: ['Agent(helper)'] },
    helper: { description: 'helps', prompt: 'You help.', tools: ['Read'] },
  });
  const { at, server } = await world((_said, body, turns) => {
    if (isAgent(body)) return { text: 'helped' };
    return turns === 0
      ? { calls: [call('it', { subagent_type: 'helper', run_in_background: false })] }
      : { text: 'led' };
  });
  const args = ['-p', 'go', '--agents', agents, '--agent', 'lead', '--model', 'sonnet'];
  expect(await runProgram(program, args, at, { env: env(server) })).toMatchObject({ code: 0, stdout: 'led\n' });
  const [own, below] = server.requests.map(({ body }) => body);
  expect(systemOf(own!)).toContain('You lead.');
  expect(own?.tools?.map(({ name }) => name)).toEqual(['Agent']);
  expect(own?.tools?.[0]?.description).toMatch(/Types of agents:\n- helper: helps$/);
  expect(systemOf(below!)).toContain('You help.');
  expect(below?.tools?.map(({ name }) => name)).toEqual(['Read']);
});

test.each([
  [
    ['--agents', '{"x": {"description": "d"}}'],
    '--agents: "x": "prompt" must be a text: its system prompt, got nothing',
  ],
  [['--agents', '{"x": '], '--agents'],
  [['--agent', 'nobody'], 'there is no such agent'],
])('a call that makes no sense ends with 2 and says why: %j', async (args, message) => {
  const { at, server } = await world(() => ({ text: 'never' }));
  const run = await runProgram(program, ['-p', 'go', ...args, '--model', 'sonnet'], at, { env: env(server) });
  expect(run.code).toBe(2);
  expect(run.stdout).toBe('');
  expect(run.stderr).toContain(message);
  expect(server.requests).toEqual([]);
});

describe('a program that is killed while an agent works', () => {
  async function killed(at: Place, server: ModelServer, args: readonly string[]): Promise<StartedProgram> {
    const started = startProgram(program, ['-p', 'go', ...args, '--model', 'sonnet'], {
      cwd: at.cwd,
      env: { PATH: process.env.PATH, HOME: at.home, ...env(server) },
      stdin: '',
    });
    await vi.waitFor(() => expect(server.requests.length).toBe(4), { timeout: 20_000, interval: 20 });
    started.child.kill('SIGKILL');
    await started.end;
    return started;
  }

  test('leaves transcripts that both go on', async () => {
    let gone = false;
    let agent = '';
    const { at, server } = await world((said, body, turns) => {
      if (isAgent(body)) {
        if (turns === 0) return { calls: [{ name: 'Bash', input: { command: 'echo secret-word' } }] };
        return gone ? { text: 'The word is secret-word.' } : { stallMs: 60_000, text: 'never' };
      }
      if (turns === 0) return { calls: [call('the search', { name: 'scout' })] };
      if (!gone) return { stallMs: 60_000, text: 'never' };
      if (said.includes('<report')) return { text: 'heard' };
      return said.includes('goes on in the background')
        ? { text: 'waiting' }
        : { calls: [{ name: 'SendMessage', input: { to: 'scout', message: 'Where are you?' } }] };
    });
    await killed(at, server, []);
    gone = true;
    const [path] = transcriptsOf(at).filter((one) => /subagents\/agent-.*\.jsonl$/.test(one));
    agent = /agent-(.*)\.jsonl$/.exec(path!)![1]!;
    const before = messagesOf(readFileSync(path!, 'utf8'));
    const { code, stdout, stderr } = await runProgram(
      program,
      ['-p', 'what now?', '--continue', '--model', 'sonnet'],
      at,
      { env: env(server) },
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'heard\n', stderr: '' });
    for (const { body } of server.requests) expect(conversationProblems(body.messages ?? [])).toEqual([]);
    const resumed = server.requests
      .map(({ body }) => body)
      .filter(isAgent)
      .at(-1)!;
    expect(textsOf(resumed)).toMatch(/the search[\s\S]*secret-word[\s\S]*Where are you\?/);
    const after = messagesOf(readFileSync(path!, 'utf8'));
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.at(-1)).toMatchObject({ type: 'assistant', agentId: agent, isSidechain: true });
    for (const [index, line] of after.entries()) expect(line.parentUuid).toBe(after[index - 1]?.uuid ?? null);
  });
});

test('a prompt that starts no agent loads nothing of them', async () => {
  const { runAndList } = await import('../gates/program.ts');
  const { at, server } = await world(() => ({ text: 'Hello.' }));
  const run = await runAndList(program, ['-p', 'hello', '--model', 'sonnet'], at, env(server));
  expect(run.stdout).toBe('Hello.\n');
  expect(run.files.filter((file) => /agent-run|run-agent|lazy-subagents/.test(file))).toEqual([]);
  const first = server.requests[0]!;
  expect(first.text.length).toBeLessThan(20_000);
});
