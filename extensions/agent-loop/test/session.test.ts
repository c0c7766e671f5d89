import {
  type Entry,
  type JsonObject,
  Loop,
  type Message,
  type Sessions as Service,
  Sessions,
  type StoredSession,
} from 'tenon/plugin-api';
import { sessionEnv } from 'tenon/plugin-api/lib/session-env';
import { callTool, say, stall } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { Boundary } from '../boundary.ts';
import { echo, eventually, program, rawModel, textAnswer } from './program.ts';

const ID = '123e4567-e89b-42d3-a456-426614174000';
const OTHER = '123e4567-e89b-42d3-a456-426614174001';

function keeper(stored: Partial<StoredSession> = {}) {
  const kept: unknown[] = [];
  const messages: Message[] = [
    { role: 'user', content: 'earlier' },
    { role: 'assistant', content: [{ type: 'text', text: 'answer' }] },
  ];
  const service: Service = {
    path: (cwd, id) => `${cwd}/${id}.jsonl`,
    load: async (_cwd, id) => (id === ID ? { id, path: 'x', messages, totalCostUsd: 1, ...stored } : undefined),
    list: async () => [{ id: ID, path: 'x', modified: 0, title: 't' }],
    keep: async (session, from) => void kept.push([session.id, from?.stored.id, from?.fork]),
  };
  const extension = {
    manifest: { id: 'keeper', version: '0.1.0', api: 1 as const, provides: [Sessions.id] },
    setup: (api: { provide(token: typeof Sessions, value: Service): unknown }) => void api.provide(Sessions, service),
  } as never;
  return { extension, kept };
}

describe('a session is opened', () => {
  test('new, with an id of its own, and kept', async () => {
    const { extension, kept } = keeper();
    const h = await program({ extensions: [extension], session: { persist: true, id: ID } });
    const session = await h.session();
    expect(session).toMatchObject({
      id: ID,
      cwd: h.project.dir,
      root: h.project.dir,
      model: 'scripted',
      permissionMode: 'default',
      status: 'idle',
      transcriptPath: `${h.project.dir}/${ID}.jsonl`,
    });
    expect(kept).toEqual([[ID, undefined, undefined]]);
    const loop = await h.kernel.use(Loop);
    expect(loop.get(ID)).toBe(session);
    await expect(h.open({ id: ID })).rejects.toThrow('is open already');
    await session.close('other');
    expect(loop.sessions()).toEqual([]);
  });

  test('and not kept', async () => {
    const { extension, kept } = keeper();
    const h = await program({ extensions: [extension] });
    expect((await h.session()).transcriptPath).toBeUndefined();
    expect(kept).toEqual([]);
  });

  test.each([ID, 'latest'])('as the one it was before (%s)', async (resume) => {
    const { extension, kept } = keeper();
    const sources: string[] = [];
    const h = await program({
      model: [say('more')],
      extensions: [extension],
      session: { persist: true, resume },
      taps: { SessionStart: ({ source }) => void sources.push(source) },
    });
    const run = await h.prompt('now');
    expect((await h.session()).id).toBe(ID);
    expect(run.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(run.result.totalCostUsd).toBe(1);
    expect(kept).toEqual([[ID, ID, false]]);
    expect(sources).toEqual(['resume']);
  });

  test('as a copy', async () => {
    const { extension, kept } = keeper();
    const h = await program({ extensions: [extension], session: { persist: true, resume: ID, fork: true, id: OTHER } });
    const session = await h.session();
    expect(session.id).toBe(OTHER);
    expect(session.history()).toHaveLength(2);
    expect(kept).toEqual([[OTHER, ID, true]]);
  });

  test.each([
    [{ resume: OTHER }, `there is no session ${OTHER} of the folder /`],
    [{ id: 'mine' }, 'a session id must be a UUID, got "mine"'],
    [{ cwd: 'here' }, 'cwd must be an absolute path, got "here"'],
    [{ model: 'gpt' }, 'no provider for the model "gpt"; providers answer for: scripted'],
    [{ permissionMode: 'root' as never }, 'there is no permission mode "root"'],
    [{ permissionMode: 'bypassPermissions' as const }, 'is refused: not as root'],
  ])('or not: %o', async (options, message) => {
    const { extension } = keeper();
    const h = await program({
      extensions: [extension],
      refuseMode: (mode) => (mode === 'bypassPermissions' ? 'not as root' : undefined),
    });
    await expect(h.open(options)).rejects.toThrow(message);
  });

  test('not as an earlier one where none are kept', async () => {
    const h = await program();
    await expect(h.open({ resume: 'latest' })).rejects.toThrow('sessions are not kept here');
  });

  test('with the model of the environment, then that of the provider', async () => {
    const h = await program({ env: { ANTHROPIC_MODEL: 'scripted' } });
    const loop = await h.kernel.use(Loop);
    const session = await loop.open({ cwd: h.project.dir, persist: false });
    expect(session.model).toBe('scripted');
    await session.close('other');
  });
});

test('the environment that taps give is there for whoever runs commands', async () => {
  const h = await program({ taps: { SessionStart: () => ({ env: { STAGE: 'test' } }) } });
  expect(sessionEnv(await h.session())).toEqual({ STAGE: 'test' });
});

test('an empty prompt is not sent', async () => {
  const h = await program();
  expect((await h.prompt(' \n')).result).toMatchObject({ isError: true, errors: ['The prompt is empty.'] });
});

test('two sessions run side by side and know nothing of each other', async () => {
  const tool = echo('Echo', {
    run: async (input, { session }) => `${session.state('n', () => String(input.text))}/${String(input.text)}`,
  });
  const model = rawModel(async function* ({ messages }) {
    const said = JSON.stringify(messages);
    await new Promise((resolve) => setTimeout(resolve, 5));
    yield textAnswer(`${messages.length} ${said.includes('from A')} ${said.includes('from B')}`);
  });
  const h = await program({ extensions: [model], tools: [tool] });
  const [a, b] = await Promise.all([h.open({ model: 'raw' }), h.open({ model: 'raw' })]);
  const results = await Promise.all([
    a.send({ content: 'from A' }),
    b.send({ content: 'from B' }),
    a.send({ content: 'from A again' }),
  ]);
  expect(results.map(({ result }) => result)).toEqual(['1 true false', '1 false true', '3 true false']);
  for (const session of [a, b]) {
    const own = h.events.filter(({ sessionId }) => sessionId === session.id);
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index + 1));
  }
  const interrupted = Promise.all([a.send({ content: 'x' }), b.send({ content: 'y' })]);
  await a.interrupt();
  expect((await interrupted).map(({ isError }) => isError)).toEqual([true, false]);
});

describe('a session is steered', () => {
  test('messages wait their turn, a hundred at most', async () => {
    const h = await program({
      model: [[say('first'), stall(60_000)], ...Array.from({ length: 100 }, () => say('next'))],
    });
    const session = await h.session();
    const all = Array.from({ length: 101 }, () => session.send({ content: 'go' }));
    await expect(session.send({ content: 'one too many' })).rejects.toThrow('100 messages wait already');
    await eventually(() => h.events.some(({ type }) => type === 'assistant'));
    await session.interrupt();
    const results = await Promise.all(all);
    expect(results.map(({ isError }) => isError)).toEqual([true, ...Array(100).fill(false)]);
  });

  test('to another model, unless a tap refuses', async () => {
    const other = rawModel(async function* () {
      yield textAnswer('raw');
    });
    const h = await program({
      extensions: [other],
      taps: { PreModelSwitch: ({ to }) => (to === 'scripted' ? { verdict: 'deny', reason: 'too dear' } : undefined) },
    });
    const session = await h.session();
    await session.setModel('raw');
    expect((await h.prompt('go')).text).toBe('raw');
    await expect(session.setModel('scripted')).rejects.toThrow('the model stays raw: too dear');
    await expect(session.setModel('nothing')).rejects.toThrow('no provider for the model "nothing"');
    expect(h.events.filter(({ type }) => type === 'setting')).toMatchObject([{ model: 'raw' }]);
  });

  test('to another mode, unless it is refused', async () => {
    const h = await program({ refuseMode: (mode) => (mode === 'auto' ? 'not here' : undefined) });
    const session = await h.session();
    await session.setPermissionMode('plan');
    expect(session.permissionMode).toBe('plan');
    await session.setPermissionMode('manual' as never);
    expect(session.permissionMode).toBe('default');
    await expect(session.setPermissionMode('auto')).rejects.toThrow('the permission mode auto is refused: not here');
    expect(h.events.filter(({ type }) => type === 'setting')).toMatchObject([
      { permissionMode: 'plan' },
      { permissionMode: 'default' },
    ]);
  });

  test('in dontAsk nobody is asked', async () => {
    const h = await program({
      model: [callTool('Echo', { text: 'a' }), say('done')],
      tools: [echo('Echo')],
      rules: () => 'ask',
      session: { permissionMode: 'dontAsk' },
      answers: { permission: 'allow' },
    });
    expect((await h.prompt('go')).calls()[0]?.verdict).toBe('deny');
    expect(h.questions).toEqual([]);
  });
});

test('a reader that is full holds the session up', async () => {
  let release: () => void = () => {};
  const full = new Promise<void>((resolve) => {
    release = resolve;
  });
  let first = true;
  const h = await program({
    model: [say('hi')],
    taps: {
      SessionEvent: ({ event }) => {
        if (event.type !== 'stream_event' || !first) return undefined;
        first = false;
        return full;
      },
    },
  });
  const sent = h.prompt('go');
  await eventually(() => h.events.some(({ type }) => type === 'stream_event'));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(h.events.filter(({ type }) => type === 'stream_event')).toHaveLength(1);
  release();
  expect((await sent).text).toBe('hi');
});

describe('tools are offered', () => {
  test('without those that a rule or the options take away', async () => {
    const tools = ['Read', 'Write', 'Bash', 'mcp__x__y'].map((name) => echo(name));
    const h = await program({ model: [say('a')], tools, hidden: ['Bash'], session: { tools: ['Read', 'Bash'] } });
    const run = await h.prompt('go');
    expect(run.requests[0]?.tools.map(({ name }) => name)).toEqual(['Read', 'mcp__x__y']);
    expect(run.events.find(({ type }) => type === 'init')).toMatchObject({
      tools: ['Read', 'mcp__x__y'],
      model: 'scripted',
      apiKeySource: expect.any(String),
    });
  });

  test('and one that was not offered does not run', async () => {
    const ran: JsonObject[] = [];
    const tool = echo('Write', { run: (input) => String(ran.push(input)) });
    const h = await program({
      model: [callTool('Write', { text: 'a' }), say('done')],
      tools: [tool],
      session: { tools: [] },
    });
    expect((await h.prompt('go')).calls()[0]?.result).toContain('There is no tool "Write"');
    expect(ran).toEqual([]);
  });

  test('from the manifest alone, when it says enough; new ones come last', async () => {
    let loaded = 0;
    const lazy: Entry = {
      manifest: {
        id: 'lazy',
        version: '0.1.0',
        api: 1,
        contributes: { tools: [{ name: 'Lazy', description: 'is lazy', inputSchema: { type: 'object' } }] },
      },
      origin: { kind: 'bundled' },
      load: async () => {
        loaded++;
        return { manifest: lazy.manifest, setup: () => {} };
      },
    };
    const h = await program({ model: [say('a')], extensions: [lazy as never] });
    const run = await h.prompt('go');
    expect(run.requests[0]?.tools).toEqual([{ name: 'Lazy', description: 'is lazy', inputSchema: { type: 'object' } }]);
    expect(loaded).toBe(0);
  });
});

test('one question to a model is outside of any session', async () => {
  const model = rawModel(async function* ({ system, messages, maxTokens }) {
    yield textAnswer(JSON.stringify([system, messages, maxTokens]));
  });
  const h = await program({ extensions: [model] });
  const loop = await h.kernel.use(Loop);
  const { text, usage } = await loop.ask({ model: 'raw', prompt: 'hi', system: 'short', maxTokens: 5 });
  expect(JSON.parse(text)).toEqual([['short'], [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }], 5]);
  expect(usage).toMatchObject({ input_tokens: 10 });
  const stopped = rawModel(async function* () {
    await new Promise(() => {});
  }, 'stuck');
  const other = await program({ extensions: [stopped] });
  const asked = (await other.kernel.use(Loop)).ask({ model: 'stuck', prompt: 'hi', signal: AbortSignal.timeout(20) });
  await expect(asked).rejects.toThrow('interrupted');
});

describe('a change at the boundary', () => {
  test('waits for the turn, and the next turn waits for it', async () => {
    const log: string[] = [];
    const slow = echo('Slow', {
      run: async () => {
        log.push('tool begins');
        await new Promise((resolve) => setTimeout(resolve, 30));
        log.push('tool ends');
        return 'x';
      },
    });
    const h = await program({
      model: [callTool('Slow', { text: 'a' }), say('done')],
      tools: [slow],
      taps: { TurnStart: ({ turn }) => void log.push(`turn ${turn}`) },
    });
    const loop = await h.kernel.use(Loop);
    const sent = h.prompt('go');
    await eventually(() => log.includes('tool begins'));
    const changed = loop.atBoundary(async () => {
      log.push('change begins');
      await new Promise((resolve) => setTimeout(resolve, 30));
      log.push('change ends');
      return 7;
    });
    expect(await changed).toBe(7);
    await sent;
    expect(log).toEqual(['turn 1', 'tool begins', 'tool ends', 'change begins', 'change ends', 'turn 2']);
  });

  test('is given up when a turn takes too long, and turns go on', async () => {
    const boundary = new Boundary(20);
    const { signal } = new AbortController();
    const leave = await boundary.enter(signal);
    await expect(boundary.change(() => 1)).rejects.toThrow('the change was given up');
    leave();
    (await boundary.enter(signal))();
    expect(await boundary.change(() => 2)).toBe(2);
  });

  test('that a turn would wait for itself is refused at once', async () => {
    const problems: string[] = [];
    const h = await program({
      model: [callTool('Reload', { text: 'a' }), say('done')],
      tools: [
        echo('Reload', {
          run: async (_input, { session }) => {
            const loop = await h.kernel.use(Loop);
            await loop.atBoundary(() => 1, { from: session }).catch((error: Error) => problems.push(error.message));
            return 'x';
          },
        }),
      ],
    });
    expect((await h.prompt('go')).text).toBe('done');
    const session = await h.session();
    expect(problems).toEqual([expect.stringContaining(`session ${session.id} is in a turn`)]);
    expect(await (await h.kernel.use(Loop)).atBoundary(() => 2, { from: session })).toBe(2);
  });

  test('that fails tells whoever wanted it, and holds nobody up', async () => {
    const boundary = new Boundary();
    await expect(boundary.change(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    (await boundary.enter(new AbortController().signal))();
  });
});
