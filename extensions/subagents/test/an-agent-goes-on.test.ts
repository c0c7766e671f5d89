import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineExtension, type Extension, Loop, Subagents } from 'tenon/plugin-api';
import { callTool, type Harness, say, stall } from 'tenon/test-kit';
import { describe, expect, test, vi } from 'vitest';
import { answers, program, systemOf, textsOf } from './program.ts';

const call = (input: object = {}, id = 'call_1') =>
  callTool('Agent', { description: 'look around', prompt: 'find it', ...input }, id);
const isAgent = (request: Parameters<typeof systemOf>[0]) => systemOf(request).includes('# How you report');

function agentId(h: Harness): string {
  const id = h.events.find((event) => event.agentId !== undefined)?.agentId;
  if (id === undefined) throw new Error('no agent has begun');
  return id;
}

describe('SendMessage', () => {
  test('an agent that has ended goes on with all that it knows', async () => {
    const h = await program({
      model: [
        call({ run_in_background: false }),
        say('It is in a.txt.'),
        say('first'),
        () => callTool('SendMessage', { to: agentId(h), message: 'And who wrote it?' }),
        ...answers(2, (request) => (isAgent(request) ? say('Ann did.') : say('waiting'))),
        say('second'),
      ],
    });
    await h.prompt('go');
    const run = await h.prompt('ask');
    expect(run.text).toBe('second');
    expect(run.calls('SendMessage')[0]?.result).toMatch(/goes on in the background with all that it knows/);
    const own = run.requests.find(isAgent)!;
    expect(own.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(textsOf(own)).toBe('find it\nIt is in a.txt.\nAnd who wrote it?');
    expect(textsOf(run.requests.at(-1)!)).toContain('Ann did.');
  });

  test('one at work reads it before it goes on, and is found by its name', async () => {
    const h = await program({
      model: answers(6, (request, text) => {
        if (isAgent(request)) {
          if (text.includes('Hurry')) return say('hurried');
          return [say('hm'), stall(300), callTool('Bash', { command: 'true' })];
        }
        if (text.includes('<report')) return say('done');
        if (request.messages.length === 1) return call({ name: 'scout' });
        if (request.messages.length === 3) return callTool('SendMessage', { to: 'scout', message: 'Hurry up.' });
        return say('waiting');
      }),
    });
    const run = await h.prompt('go');
    expect(run.calls('SendMessage')[0]?.result).toMatch(/is at work; it reads the message/);
    expect(textsOf(run.requests.at(-1)!)).toMatch(/<report[^>]*>\nhurried/);
    expect(run.text).toBe('done');
  });

  test('one that is not there is answered with those there are', async () => {
    const h = await program({
      model: [
        call({ run_in_background: false, name: 'scout' }),
        say('report'),
        callTool('SendMessage', { to: 'nobody', message: 'Hi.' }),
        say('done'),
      ],
    });
    const run = await h.prompt('go');
    expect(run.calls('SendMessage')[0]).toMatchObject({ isError: true });
    expect(run.calls('SendMessage')[0]?.result).toMatch(
      /^There is no agent "nobody"\. There are: a[0-9a-f]{16} "scout" \(general-purpose: look around\)$/,
    );
  });
});

describe('its transcript', () => {
  const id = '11111111-2222-4333-8444-555555555555';

  test('stands beside that of its session, and it goes on from there after a restart', async () => {
    const h = await program({
      bundled: ['sessions'],
      session: { persist: true, id },
      files: { 'a.txt': 'hidden' },
      model: [
        call({ run_in_background: false, name: 'scout' }),
        callTool('Read', { file_path: 'a.txt' }, 'read_1'),
        say('It is in a.txt.'),
        say('first'),
        ...answers(3, (request, text) => {
          if (isAgent(request)) return say('Ann did.');
          return text.includes('<report') ? say('done') : callTool('SendMessage', { to: 'scout', message: 'Who?' });
        }).slice(0, 1),
        ...answers(3, (request, text) => {
          if (isAgent(request)) return say('Ann did.');
          return text.includes('<report') ? say('done') : say('waiting');
        }),
      ],
    });
    await h.prompt('go');
    const session = await h.session();
    const agent = agentId(h);
    const folder = join(dirname(session.transcriptPath!), id, 'subagents');
    const path = join(folder, `agent-${agent}.jsonl`);
    const lines = () =>
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    const before = lines();
    expect(before.map(({ type }) => type)).toEqual(['user', 'assistant', 'user', 'assistant']);
    for (const line of before) expect(line).toMatchObject({ isSidechain: true, agentId: agent, sessionId: id });
    expect(JSON.parse(readFileSync(join(folder, `agent-${agent}.meta.json`), 'utf8'))).toMatchObject({
      agentId: agent,
      agentType: 'general-purpose',
      description: 'look around',
      name: 'scout',
      toolUseId: 'call_1',
    });
    await session.close('other');

    const again = await h.open({ id: undefined, persist: true, resume: id } as never);
    const result = await again.send({ content: 'ask' });
    expect(result.result).toBe('done');
    const own = h.requests.filter(isAgent).at(-1)!;
    expect(own.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    expect(textsOf(own)).toBe('find it\nIt is in a.txt.\nWho?');
    expect(own.toolResults).toMatchObject([{ id: 'read_1', text: expect.stringContaining('hidden') }]);
    const after = lines();
    expect(after.slice(0, before.length)).toEqual(before);
    for (const [at, line] of after.entries()) expect(line.parentUuid).toBe(after[at - 1]?.uuid ?? null);
    expect(readdirSync(folder)).toHaveLength(2);
    await again.close('other');
  });

  test('a hook is told where it is', async () => {
    const seen: (string | undefined)[] = [];
    const hook = defineExtension({
      manifest: { id: 'hook', version: '1.0.0', api: 1, taps: ['SubagentStop'] },
      setup(api) {
        api.hooks.SubagentStop.tap(({ transcriptPath }) => {
          seen.push(transcriptPath);
          expect(existsSync(transcriptPath!)).toBe(true);
        });
      },
    });
    const h = await program({
      bundled: ['sessions'],
      session: { persist: true },
      model: [call({ run_in_background: false }), say('report'), say('done')],
      extensions: [hook as Extension<never>],
    });
    await h.prompt('go');
    expect(seen).toEqual([expect.stringMatching(/subagents\/agent-a[0-9a-f]{16}\.jsonl$/)]);
  });
});

test('a message in the last moment is not lost', async () => {
  const h = await program({
    model: answers(2, (_, text) => (text.includes('More') ? say('more done') : [stall(150), say('done')])),
  });
  const session = await h.session();
  const subagents = await h.kernel.use(Subagents);
  const working = subagents.run({ session, prompt: 'work', name: 'w' });
  await vi.waitFor(() => expect(h.requests).toHaveLength(1));
  expect(await subagents.send(session, 'w', 'More, please.')).toMatchObject({ how: 'queued' });
  expect(await working).toMatchObject({ status: 'completed', text: 'more done' });
  expect((await h.kernel.use(Loop)).sessions()).toEqual([session]);
});
