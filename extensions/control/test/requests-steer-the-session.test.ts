import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackgroundTasks, defineExtension } from 'tenon/plugin-api';
import { callTool, say, stall } from 'tenon/test-kit';
import { describe, expect, test, vi } from 'vitest';
import { connected } from './connected.ts';

const ok = (response: unknown) => expect.objectContaining({ subtype: 'success', response });
const refused = (error: unknown) => expect.objectContaining({ subtype: 'error', error });

test('permission mode', async () => {
  const { open, ask } = await connected();
  const session = await open();
  expect(await ask({ subtype: 'set_permission_mode', mode: 'acceptEdits' })).toEqual(ok({ mode: 'acceptEdits' }));
  expect(session.permissionMode).toBe('acceptEdits');
  expect(await ask({ subtype: 'set_permission_mode', mode: 'anything' })).toEqual(
    refused(expect.stringMatching(/mode/)),
  );
  expect(await ask({ subtype: 'set_permission_mode' })).toEqual(refused('mode: expected a text, got nothing'));
});

test('model: another, and back to the default', async () => {
  const { open, ask } = await connected();
  const session = await open();
  expect(await ask({ subtype: 'set_model', model: 'other' })).toEqual(ok({ model: 'other' }));
  expect(session.model).toBe('other');
  for (const model of [null, 'default', undefined]) {
    await ask({ subtype: 'set_model', model: 'other' });
    expect(await ask({ subtype: 'set_model', model })).toEqual(ok({ model: 'scripted' }));
  }
  expect(await ask({ subtype: 'set_model', model: 7 })).toEqual(refused('model: expected the id of a model, got 7'));
});

test('what changes later answers holds them back until it is done; other requests do not', async () => {
  const { open, client } = await connected();
  await open();
  const frame = (request: object) => ({ type: 'control_request', request_id: 'r', request });
  const change = client.receive(frame({ subtype: 'set_model', model: 'other' }));
  expect(change).toBeInstanceOf(Promise);
  await change;
  expect(client.receive(frame({ subtype: 'mcp_status' }))).toBeUndefined();
});

test('thinking', async () => {
  const { h, open, ask } = await connected({ model: [say('1'), say('2'), say('3')] });
  const session = await open();
  const sent = async (request: object) => {
    expect(await ask({ subtype: 'set_max_thinking_tokens', ...request })).toEqual(ok({}));
    await session.send({ content: 'go' });
    const { thinking, thinkingDisplay } = h.requests.at(-1)!;
    return { thinking, thinkingDisplay };
  };
  expect(await sent({ max_thinking_tokens: 2000, thinking_display: 'summarized' })).toEqual({
    thinking: { budgetTokens: 2000 },
    thinkingDisplay: 'summarized',
  });
  expect(await sent({ max_thinking_tokens: 0 })).toEqual({ thinking: 'disabled', thinkingDisplay: 'summarized' });
  expect(await sent({ max_thinking_tokens: null, thinking_display: null })).toEqual({});
  expect(await ask({ subtype: 'set_max_thinking_tokens', max_thinking_tokens: -1 })).toEqual(
    refused(expect.stringContaining('a whole number')),
  );
});

test('interrupt: ends the prompt, and says which messages wait', async () => {
  const { h, open, ask } = await connected({ model: [[stall(60_000), say('one')], say('two')] });
  const session = await open();
  const one = session.send({ content: 'one', uuid: 'm1' });
  await vi.waitUntil(() => h.requests.length === 1);
  const two = session.send({ content: 'two', uuid: 'm2', priority: 'later' });
  expect(await ask({ subtype: 'interrupt' })).toEqual(ok({ still_queued: ['m2'] }));
  expect(await one).toMatchObject({ terminalReason: 'aborted_streaming' });
  await two;
});

test('interrupt can take the messages that wait along', async () => {
  const { open, ask } = await connected({ model: [stall(60_000)], strict: false });
  const session = await open();
  const one = session.send({ content: 'one', uuid: 'm1' });
  const two = session.send({ content: 'two', uuid: 'm2' });
  const withdrawn = expect(two).rejects.toMatchObject({ name: 'WithdrawnError' });
  expect(await ask({ subtype: 'interrupt', cancel_queued: true })).toEqual(ok({ still_queued: [], cancelled: ['m2'] }));
  await withdrawn;
  await one;
});

test('a message that waits can be taken back', async () => {
  const { open, ask } = await connected({ model: [stall(60_000)], strict: false });
  const session = await open();
  const one = session.send({ content: 'one' });
  const withdrawn = expect(session.send({ content: 'two', uuid: 'm2' })).rejects.toThrow(/withdrawn/);
  expect(await ask({ subtype: 'cancel_async_message', message_uuid: 'm2' })).toEqual(ok({ cancelled: true }));
  expect(await ask({ subtype: 'cancel_async_message', message_uuid: 'm2' })).toEqual(ok({ cancelled: false }));
  await withdrawn;
  await session.interrupt();
  await one;
});

test('a name for the session', async () => {
  const { h, open, ask } = await connected();
  await open();
  expect(await ask({ subtype: 'rename_session', title: 'Work' })).toEqual(ok({}));
  expect(h.events).toContainEqual(expect.objectContaining({ type: 'setting', title: 'Work' }));
  expect(await ask({ subtype: 'rename_session', title: 'x', session_id: 'another' })).toEqual(
    refused(expect.stringContaining('the session is')),
  );
});

test('settings are shown by layer, and can be laid over for the run', async () => {
  const { open, ask } = await connected({ config: { effortLevel: 'low', env: { A: '1' } } });
  const session = await open();
  expect(await ask({ subtype: 'apply_flag_settings', settings: { effortLevel: 'high', model: 'other' } })).toEqual(
    ok({}),
  );
  expect(session).toMatchObject({ effort: 'high', model: 'other' });
  const view = { effective: { effortLevel: 'high', model: 'other', env: { A: '1' } } };
  const sources = [
    { source: 'flagSettings', settings: { effortLevel: 'high', model: 'other' } },
    { source: 'userSettings', path: expect.any(String), settings: { effortLevel: 'low', env: { A: '1' } } },
  ];
  expect(await ask({ subtype: 'get_settings' })).toEqual(ok({ ...view, sources }));
  await ask({ subtype: 'apply_flag_settings', settings: { effortLevel: null, model: null } });
  expect(session).toMatchObject({ effort: 'low', model: 'scripted' });
  expect(await ask({ subtype: 'apply_flag_settings', settings: [] })).toEqual(refused('settings: expected an object'));
});

test('what the conversation takes of the context, about', async () => {
  const { open, ask } = await connected({ model: [say('x'.repeat(4000))] });
  const session = await open();
  await session.send({ content: 'y'.repeat(400) });
  const { response } = (await ask({ subtype: 'get_context_usage' })) as { response: Record<string, number> };
  expect(response).toMatchObject({
    totalTokens: 1100,
    maxTokens: expect.any(Number),
    model: 'scripted',
    messageBreakdown: { userMessageTokens: 100, assistantMessageTokens: 1000 },
    categories: [{ id: 'messages', tokens: 1100 }, { id: 'free' }],
  });
});

describe('tasks', () => {
  const tasks = defineExtension({
    manifest: { id: 'work', version: '1', api: 1, taps: ['QueryStart'], optional: ['background-tasks@1'] },
    setup(api) {
      api.hooks.QueryStart.tap(async ({ session }) => {
        const background = await api.use(BackgroundTasks);
        const work = await background.start(session, {
          type: 'local_bash',
          description: 'builds',
          stop: () => work.end({ status: 'killed', summary: 'stopped' }),
        });
        await work.write('x'.repeat(10_000));
        background.movable(session, 'call-1', () => void moved.push('call-1'));
      });
    },
  });
  const moved: string[] = [];

  test('are ended, read and moved', async () => {
    moved.length = 0;
    const { h, open, ask } = await connected({ bundled: ['builtin-tools'], extensions: [tasks], model: [say('hi')] });
    const session = await open();
    await session.send({ content: 'go' });
    const id = (await h.kernel.use(BackgroundTasks)).list(session)[0]?.id ?? '';
    expect(await ask({ subtype: 'background_tasks', tool_use_id: 'another' })).toEqual(refused(expect.any(String)));
    expect(await ask({ subtype: 'background_tasks' })).toEqual(ok({ backgrounded: ['call-1'] }));
    expect(moved).toEqual(['call-1']);
    expect(await ask({ subtype: 'stop_task', task_id: id })).toEqual(ok({}));
    expect(await ask({ subtype: 'get_task_output', task_id: id })).toEqual(
      ok({ output: 'x'.repeat(8192), total_bytes: 10_000, truncated: true }),
    );
    for (const subtype of ['stop_task', 'get_task_output']) {
      expect(await ask({ subtype, task_id: 'none' })).toEqual(refused('there is no task none'));
    }
  });
});

test('small questions', async () => {
  const { open, ask } = await connected();
  await open();
  expect(await ask({ subtype: 'mcp_status' })).toEqual(ok({ mcpServers: [] }));
  expect(await ask({ subtype: 'get_binary_version' })).toEqual(ok({ version: '0.0.0' }));
  expect(await ask({ subtype: 'list_models' })).toEqual(ok({ models: expect.any(Array) }));
});

test('requests that nobody knows are refused by name', async () => {
  const { open, ask } = await connected();
  await open();
  for (const subtype of ['make_coffee', 'constructor', '__proto__']) {
    expect(await ask({ subtype })).toEqual(refused(`control requests of the subtype "${subtype}" are not known`));
  }
});

test('frames that are none are said, or refused where they can be', async () => {
  const { open, client, warnings, frames } = await connected();
  await open();
  client.receive({ type: 'control_request', request: { subtype: 'interrupt' } });
  client.receive({ type: 'control_response' });
  client.receive({ type: 'control_cancel_request' });
  client.receive({ type: 'control_request', request_id: 'r1' });
  expect(warnings).toHaveLength(3);
  expect(frames).toEqual([
    {
      type: 'control_response',
      response: { subtype: 'error', request_id: 'r1', error: expect.stringContaining('subtype') },
    },
  ]);
});

test('requests that come before the session is open are answered once it is, or when it never is', async () => {
  const early = await connected();
  const answer = early.ask({ subtype: 'mcp_status' });
  expect(early.frames).toEqual([]);
  await early.open();
  expect(await answer).toEqual(ok({ mcpServers: [] }));
  const never = await connected();
  const refusal = never.ask({ subtype: 'mcp_status' });
  await never.client.dispose();
  expect(await refusal).toEqual(refused('the session could not be opened'));
});

test('too many requests at once are refused', async () => {
  const { client, frames } = await connected();
  for (let n = 0; n < 1_001; n++) {
    client.receive({ type: 'control_request', request_id: `r${n}`, request: { subtype: 'mcp_status' } });
  }
  expect(frames).toEqual([
    {
      type: 'control_response',
      response: { subtype: 'error', request_id: 'r1000', error: expect.stringContaining('1000') },
    },
  ]);
});

test('a command that somebody waits for can be let go', async () => {
  const { h, open, ask } = await connected({
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [
      callTool('Bash', { command: 'echo begun; while [ ! -e go ]; do sleep 0.05; done; echo over' }, 'call-1'),
      say('on'),
    ],
  });
  const session = await open();
  const sent = session.send({ content: 'go' });
  for (let moved = false; !moved; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    moved = (await ask({ subtype: 'background_tasks', tool_use_id: 'call-1' })).subtype === 'success';
  }
  expect(await sent).toMatchObject({ result: 'on' });
  expect(JSON.stringify(h.requests.at(-1)?.messages)).toContain('in the background as task');
  await writeFile(join(h.project.dir, 'go'), '');
});
