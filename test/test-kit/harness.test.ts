import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cli, Config, Host, type Manifest, type SessionEvent } from 'tenon/plugin-api';
import { callTool, createHarness, fail, fakeSession, say, stall, think } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { ship } from './ship.ts';

const open = { permissions: 'allow-all' } as const;

describe('a prompt', () => {
  test('goes through a real loop: text, calls, results, requests and events', async () => {
    const h = await createHarness({
      ...open,
      extensions: [ship()],
      model: [[think('where to?'), callTool('Ship', { to: 'Oslo' })], say('done')],
    });
    const run = await h.prompt('ship it');
    expect(run.text).toBe('done');
    expect(run.result).toMatchObject({ type: 'result', subtype: 'success', numTurns: 2 });
    expect(run.calls()).toEqual([
      {
        id: expect.any(String),
        name: 'Ship',
        input: { to: 'Oslo' },
        ranWith: { to: 'Oslo' },
        verdict: 'allow',
        decidedBy: expect.any(String),
        result: 'shipped to Oslo',
        isError: false,
      },
    ]);
    expect(run.requests).toHaveLength(2);
    expect(run.requests[0]?.prompt).toContain('ship it');
    expect(run.requests[0]?.tools.map(({ name }) => name)).toEqual(['Ship']);
    expect(run.requests[1]).toContainToolResult('Oslo');
    const types = run.events.map(({ type }: SessionEvent) => type);
    expect(types.filter((type) => type === 'message')).toHaveLength(2);
    expect(types.at(-1)).toMatch(/result|state/);
  });

  test('several calls in one answer', async () => {
    const h = await createHarness({
      ...open,
      extensions: [ship()],
      model: [[callTool('Ship', { to: 'Oslo' }), callTool('Ship', { to: 'Rome' }), callTool('Ship', {})], say('done')],
    });
    const run = await h.prompt('go');
    expect(run.calls('Ship').map(({ result, isError }) => [isError, result])).toEqual([
      [false, 'shipped to Oslo'],
      [false, 'shipped to Rome'],
      [true, expect.stringContaining('to')],
    ]);
    expect(run.calls('Ship')[2]?.verdict).toBe('none');
    expect(run.calls('Other')).toEqual([]);
  });

  test('two prompts are two runs of one session', async () => {
    const h = await createHarness({ ...open, model: [say('one'), say('two')] });
    const [first, second] = [await h.prompt('1'), await h.prompt('2')];
    expect([first.text, second.text]).toEqual(['one', 'two']);
    expect(second.requests).toHaveLength(1);
    expect(second.requests[0]?.messages).toHaveLength(3);
    expect(h.requests).toHaveLength(2);
    expect(h.events.length).toBeGreaterThanOrEqual(first.events.length + second.events.length);
  });

  test('a line of the script may depend on the request', async () => {
    const h = await createHarness({ ...open, model: [({ messages }) => say(`${messages.length} messages`)] });
    expect((await h.prompt('hi')).text).toBe('1 messages');
  });

  test('a tap that changes the input: what the model asked, and what ran', async () => {
    const moves = ship({ taps: ['PreToolUse'] }, (api) => {
      api.hooks.PreToolUse.tap({ match: 'Ship' }, () => ({ input: { to: 'Rome' } }));
    });
    const h = await createHarness({
      ...open,
      extensions: [moves],
      model: [callTool('Ship', { to: 'Oslo' }), say('ok')],
    });
    const [call] = (await h.prompt('go')).calls('Ship');
    expect(call).toMatchObject({ input: { to: 'Oslo' }, ranWith: { to: 'Rome' }, result: 'shipped to Rome' });
  });
});

describe('trouble with the model', () => {
  test('a failure that can be tried again is, with the next line', async () => {
    const h = await createHarness({ ...open, model: [fail(529, 'busy'), say('done')] });
    const run = await h.prompt('hi');
    expect(run.text).toBe('done');
    expect(run.events).toContainEqual(expect.objectContaining({ type: 'api_retry', errorStatus: 529 }));
  });

  test('one that cannot ends the prompt, and the next prompt takes the next line', async () => {
    const h = await createHarness({ ...open, model: [fail(401, 'who are you?'), say('done')] });
    const run = await h.prompt('hi');
    expect(run.result).toMatchObject({ isError: true, apiErrorStatus: 401 });
    expect(run.text).toContain('who are you?');
    expect((await h.prompt('again')).text).toBe('done');
  });

  test('silence lasts until the interrupt', async () => {
    const h = await createHarness({ ...open, model: [stall(60_000), say('never')], strict: false });
    const running = h.prompt('hi');
    await expect.poll(() => h.requests).toHaveLength(1);
    await (await h.session()).interrupt();
    expect((await running).result.isError).toBe(true);
  });

  test('silence in the middle of an answer', async () => {
    const h = await createHarness({ ...open, model: [[say('first '), stall(5), say('second')]] });
    expect((await h.prompt('hi')).events.filter(({ type }) => type === 'assistant')).toHaveLength(2);
  });
});

describe('the user', () => {
  const gated = ship({ taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap({ match: 'Ship' }, () => ({ verdict: 'ask', reason: 'it is far' }));
  });
  const model = [callTool('Ship', { to: 'Oslo' }), say('ok')];

  test('allows', async () => {
    const config = { permissions: { allow: ['Ship'] } };
    const h = await createHarness({ extensions: [gated], model, config, answers: { permission: 'allow' } });
    expect((await h.prompt('go')).calls('Ship')).toMatchObject([{ verdict: 'allow', result: 'shipped to Oslo' }]);
    expect(h.questions).toMatchObject([{ tool: 'Ship', reason: expect.stringContaining('it is far') }]);
  });

  test('denies', async () => {
    const h = await createHarness({ extensions: [gated], model, answers: { permission: 'deny' } });
    const run = await h.prompt('go');
    expect(run.calls('Ship')).toEqual([expect.objectContaining({ verdict: 'deny', isError: true })]);
    expect(run.calls('Ship')[0]).not.toHaveProperty('ranWith');
    expect(run.requests[1]).toContainToolResult(/denied/);
  });

  test('answers by the question', async () => {
    const h = await createHarness({
      extensions: [gated],
      model: [[callTool('Ship', { to: 'Oslo' }), callTool('Ship', { to: 'Rome' })], say('ok')],
      answers: {
        permission: ({ input }) => (input.to === 'Rome' ? 'deny' : { verdict: 'allow', input: { to: 'Bergen' } }),
      },
    });
    expect((await h.prompt('go')).calls('Ship').map(({ result }) => result)).toEqual([
      'shipped to Bergen',
      expect.stringContaining('denied'),
    ]);
  });
});

describe('the surroundings', () => {
  test('files, home, settings, environment and input are those of the test', async () => {
    const h = await createHarness({
      ...open,
      files: { 'src/a.txt': 'alpha' },
      homeFiles: { '.netrc': 'secret' },
      config: { theme: 'dark' },
      env: { ANSWER: '42' },
      stdin: 'one\ntwo\n',
    });
    const host = await h.kernel.use(Host);
    expect([host.cwd, host.home]).toEqual([h.project.dir, h.home.dir]);
    expect(host.env).toMatchObject({ ANSWER: '42', HOME: h.home.dir });
    expect(host.env.npm_lifecycle_event).toBeUndefined();
    expect(await readFile(join(host.cwd, 'src/a.txt'), 'utf8')).toBe('alpha');
    expect(await h.home.read('.netrc')).toBe('secret');
    expect((await h.kernel.use(Config)).get('theme')).toBe('dark');
    const lines: string[] = [];
    for await (const line of host.stdin.lines()) lines.push(line);
    expect(lines).toEqual(['one', 'two']);
    void host.stdout.write('out');
    void host.stderr.write('err');
    expect([h.stdout, h.stderr]).toEqual(['out', 'err']);
  });

  test('flags reach extensions as from a command line', async () => {
    const h = await createHarness({ ...open, flags: { verbose: true, 'add-dir': ['/a'] } });
    expect((await h.kernel.use(Cli)).invocation.flags).toEqual({ verbose: true, 'add-dir': ['/a'] });
  });

  test('an extension gets its settings', async () => {
    let config: unknown;
    const schema: Manifest['config'] = { type: 'object', properties: { port: { type: 'integer', default: 1 } } };
    const configured = ship({ config: schema }, (api) => {
      config = api.config;
    });
    const h = await createHarness({
      ...open,
      extensions: [configured],
      config: { extensions: { ship: { port: 7 } } },
      model: [callTool('Ship', { to: 'x' }), say('ok')],
    });
    await h.prompt('go');
    expect(config).toEqual({ port: 7 });
  });

  test('signals reach who listens', async () => {
    const h = await createHarness(open);
    let caught = 0;
    const listening = h.host.onSignal('SIGINT', () => void caught++);
    h.host.signal('SIGINT');
    await listening.dispose();
    expect(caught).toBe(1);
    expect(() => h.host.signal('SIGINT')).toThrow(/nobody listens to SIGINT/);
  });

  test('any hook can be fired without a session', async () => {
    const notes: string[] = [];
    const listens = ship({ taps: ['Notification'] }, (api) => {
      api.hooks.Notification.tap(({ message }) => void notes.push(message));
    });
    const h = await createHarness({ ...open, extensions: [listens] });
    await h.fire('Notification', { session: fakeSession(), kind: 'idle', message: 'hello' });
    expect(notes).toEqual(['hello']);
  });

  test('the folders are gone afterwards', async () => {
    const h = await createHarness({ ...open, files: { a: 'a' } });
    await h.dispose();
    expect(await h.project.read('a')).toBeUndefined();
    expect(await h.home.read('.')).toBeUndefined();
  });
});

describe('a distribution', () => {
  test('a session of it, with the scripted model', async () => {
    const { default: bare } = await import('../../distros/bare.ts');
    const h = await createHarness({
      distro: bare,
      extensions: [ship()],
      model: [callTool('Ship', { to: 'Oslo' }), say('ok')],
    });
    const run = await h.prompt('go');
    expect(run.calls('Ship')).toMatchObject([{ result: 'shipped to Oslo' }]);
    expect((await h.kernel.use(Host)).distro.name).toBe(bare.name);
  });

  test('its command line', async () => {
    const { default: bare } = await import('../../distros/bare.ts');
    const h = await createHarness({
      distro: bare,
      extensions: [ship()],
      model: [callTool('Ship', { to: 'Oslo' }), say('ok')],
    });
    expect(await h.run('-p', 'go', '--model', 'scripted', '--output-format', 'json')).toBe(0);
    expect(JSON.parse(h.stdout)).toMatchObject({ type: 'result', result: 'ok' });
    expect(h.requests[1]).toContainToolResult('Oslo');
    expect(h.stderr).toBe('');
  });

  test('flags are for its own command line', async () => {
    const { default: bare } = await import('../../distros/bare.ts');
    await expect(createHarness({ distro: bare, flags: { print: true } })).rejects.toThrow(/h\.run/);
  });
});

describe('what is given to it', () => {
  const from = (manifest: object) => createHarness({ extensions: [{ manifest, setup() {} } as never] });
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['nothing', () => createHarness({ extensions: [undefined as never] }), /extensions\[0\] must be an extension/],
    ['a function', () => createHarness({ extensions: [{ setup() {} } as never] }), /extensions\[0\] must be an extens/],
    [
      'a manifest with a misspelt hook',
      () => from({ id: 'x', version: '1', api: 1, taps: ['PreToolUs'] }),
      /the manifest of x is wrong: taps: there is no hook PreToolUs; did you mean PreToolUse\?/,
    ],
    [
      'one that nothing starts',
      () => from({ id: 'x', version: '1', api: 1 }),
      /nothing ever starts x; .*taps, provides/,
    ],
  ])('%s', async (_what, make, message) => {
    await expect(make()).rejects.toThrow(message);
  });
});
