import { type CallbackHandler, defineExtension, HookHandlers, Loop } from 'tenon/plugin-api';
import { callTool, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { type ConnectOptions, connected } from './connected.ts';

async function initialized(request: object, options: ConnectOptions = {}) {
  const c = await connected(options);
  const answered = c.ask({ subtype: 'initialize', ...request });
  const session = await c.open();
  return { ...c, session, answer: await answered };
}

test('the answer says what there is', async () => {
  const { answer, session } = await initialized({});
  expect(answer).toMatchObject({
    subtype: 'success',
    response: {
      commands: expect.any(Array),
      agents: [],
      output_style: 'default',
      available_output_styles: ['default'],
      models: [{ value: 'default', displayName: 'Default', description: expect.any(String) }],
      account: { apiKeySource: expect.any(String) },
      pid: process.pid,
      claude_code_version: '0.0.0',
      current_permission_mode: session.permissionMode,
    },
  });
});

test('system prompt, title and structured output are those of the client', async () => {
  const schema = { properties: { name: { type: 'string' } }, required: ['name'] };
  const { session, h } = await initialized(
    { systemPrompt: ['Be terse.', 'And kind.'], appendSystemPrompt: 'Rhyme.', jsonSchema: schema, title: 'Greeting' },
    { model: [callTool('StructuredOutput', { name: 'Ada' })] },
  );
  expect(await session.send({ content: 'who?' })).toMatchObject({ structuredOutput: { name: 'Ada' } });
  expect(h.requests[0]?.system).toEqual(['Be terse.\n\nAnd kind.', 'Rhyme.']);
  expect(h.events).toContainEqual(expect.objectContaining({ type: 'setting', title: 'Greeting' }));
});

test('an empty system prompt is none', async () => {
  const { session, h } = await initialized({ systemPrompt: [''] }, { model: [say('hi')], bundled: ['system-prompt'] });
  await session.send({ content: 'hi' });
  expect(h.requests[0]?.system).toEqual([]);
});

describe('what makes no sense is refused, and the session opens nevertheless', () => {
  test.each([
    [{ systemPrompt: 5 }, 'initialize: systemPrompt: expected a list of texts'],
    [{ jsonSchema: { type: 'array' } }, 'initialize: jsonSchema: must describe an object, got "type": "array"'],
    [{ hooks: [] }, 'initialize: hooks: expected an object with a list for each event'],
    [{ hooks: { Stop: [{}] } }, 'initialize: hooks.Stop[0].hookCallbackIds: expected a list of texts'],
    [{ agents: [] }, 'initialize: agents: expected an object with a definition for each name'],
  ])('%j', async (request, error) => {
    const { answer, session } = await initialized(request);
    expect(answer).toMatchObject({ subtype: 'error', error });
    expect(session.status).toBe('idle');
  });
});

test('what is not there is said', async () => {
  const { warnings } = await initialized({ sdkMcpServers: ['calc'], plugins: [], agents: { a: {} } });
  expect(warnings).toEqual([
    'initialize: not available yet: sdkMcpServers',
    'initialize: agents do not count: this program has no subagents',
  ]);
});

test('an initialize that comes when the session is open says what does not count any more', async () => {
  const c = await connected();
  await c.open();
  expect(await c.ask({ subtype: 'initialize', systemPrompt: ['x'] })).toMatchObject({ subtype: 'success' });
  expect(c.warnings).toEqual(['initialize: systemPrompt came after the session was open and do not count']);
});

describe('hooks', () => {
  const hooks = {
    PreToolUse: [{ matcher: 'Bash', hookCallbackIds: ['h0', 'h1'], timeout: 5, onFailure: 'block' }],
    Stop: [{ hookCallbackIds: ['h2'] }],
  };
  const reader = defineExtension({
    manifest: { id: 'reader', version: '1', api: 1, taps: ['QueryStart'], dormantWithout: ['hook-handlers'] },
    setup(api) {
      api.hooks.QueryStart.tap(() => {});
    },
  });

  test('are handlers of the point, and wake whoever runs them', async () => {
    const { h, answer, session, client } = await initialized(
      { hooks },
      {
        extensions: [reader],
        model: [say('hi')],
        answer: ({ callback_id }) => (callback_id === 'h1' ? new Error('it threw') : { continue: true, callback_id }),
      },
    );
    expect(answer).toMatchObject({ response: { hooks_applied: true, hook_on_failure_supported: true } });
    const handlers = await h.kernel.items(HookHandlers);
    expect(handlers).toMatchObject([
      { event: 'PreToolUse', matcher: 'Bash', handler: { type: 'callback', timeout: 5, onFailure: 'block' } },
      { event: 'PreToolUse', matcher: 'Bash' },
      { event: 'Stop', origin: { kind: 'caller', trusted: true } },
    ]);
    const call = (at: number, more = {}) =>
      (handlers[at]!.handler as CallbackHandler).call(
        { hook_event_name: 'PreToolUse', tool_use_id: 'call-1' },
        { signal: new AbortController().signal, session, ...more },
      );
    expect(await call(0)).toEqual({ continue: true, callback_id: 'h0' });
    await expect(call(1)).rejects.toThrow('it threw');
    const other = await (await h.kernel.use(Loop)).open({ cwd: h.project.dir, model: 'scripted', persist: false });
    expect(await call(0, { session: other })).toEqual({});
    await other.close('other');
    await session.send({ content: 'hi' });
    expect(h.kernel.extensions.list().find(({ manifest }) => manifest.id === 'reader')?.state).toBe('active');
    await client.dispose();
    expect(await h.kernel.items(HookHandlers)).toEqual([]);
  });

  test('without them nobody is woken', async () => {
    const { h, session, answer } = await initialized({}, { extensions: [reader], model: [say('hi')] });
    await session.send({ content: 'hi' });
    expect(answer).not.toHaveProperty('response.hooks_applied');
    expect(h.kernel.extensions.list().find(({ manifest }) => manifest.id === 'reader')?.state).toBe('idle');
  });

  test('of a second initialize take the place of the first', async () => {
    const { h, ask } = await initialized({ hooks });
    await ask({ subtype: 'initialize', hooks: { Stop: [{ hookCallbackIds: ['other'] }] } });
    expect(await h.kernel.items(HookHandlers)).toMatchObject([{ event: 'Stop' }]);
  });
});
