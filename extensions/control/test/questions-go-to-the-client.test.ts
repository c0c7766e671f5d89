import { defineExtension, defineTool, Tools } from 'tenon/plugin-api';
import { callTool, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { type ConnectOptions, connected } from './connected.ts';

const ran: unknown[] = [];
const deploy = defineExtension({
  manifest: { id: 'deploy', version: '1', api: 1, contributes: { tools: ['Deploy'] } },
  setup(api) {
    ran.length = 0;
    const input = { type: 'object', properties: { target: { type: 'string' } }, required: ['target'] } as const;
    const run = (given: unknown) => {
      ran.push(given);
      return 'deployed';
    };
    api.add(Tools, defineTool({ name: 'Deploy', description: 'Deploys', input, run }));
  },
});
const call = callTool('Deploy', { target: 'prod' }, 'call-1');

async function prompt(answer: ConnectOptions['answer'], more: ConnectOptions = {}) {
  const c = await connected({
    extensions: [deploy],
    flags: { 'permission-prompt-tool': 'stdio' },
    model: [call, say('over')],
    ...(answer !== undefined && { answer }),
    ...more,
  });
  const session = await c.open();
  const result = await session.send({ content: 'ship it' });
  return { ...c, result, session };
}

const lastResult = (requests: readonly { readonly messages: unknown }[]) => JSON.stringify(requests.at(-1)?.messages);

test('a question is asked with what is known about the call', async () => {
  const { frames, result } = await prompt(() => ({ behavior: 'allow' }));
  expect(frames).toEqual([
    {
      type: 'control_request',
      request_id: expect.any(String),
      request: expect.objectContaining({
        subtype: 'can_use_tool',
        tool_name: 'Deploy',
        input: { target: 'prod' },
        tool_use_id: 'call-1',
        decision_reason: expect.any(String),
        decision_reason_type: expect.any(String),
        permission_suggestions: [
          { type: 'addRules', rules: [{ toolName: 'Deploy' }], behavior: 'allow', destination: 'localSettings' },
        ],
      }),
    },
  ]);
  expect(result.permissionDenials).toEqual([]);
  expect(ran).toEqual([{ target: 'prod' }]);
});

test('an answer may change the input, which is checked again', async () => {
  await prompt(() => ({ behavior: 'allow', updatedInput: { target: 'staging' }, toolUseID: 'call-1' }));
  expect(ran).toEqual([{ target: 'staging' }]);
  const { h } = await prompt(() => ({ behavior: 'allow', updatedInput: { target: 5 } }));
  expect(ran).toEqual([]);
  expect(lastResult(h.requests)).toContain('not valid');
});

test('an answer may bring rules, so that it is asked once', async () => {
  const rule = { type: 'addRules', rules: [{ toolName: 'Deploy' }], behavior: 'allow', destination: 'session' };
  const { frames } = await prompt(() => ({ behavior: 'allow', updatedPermissions: [rule] }), {
    model: [call, callTool('Deploy', { target: 'again' }), say('over')],
  });
  expect(frames).toHaveLength(1);
  expect(ran).toHaveLength(2);
});

test('no means no, with the reason for the model', async () => {
  const { h, result } = await prompt(() => ({ behavior: 'deny', message: 'not on a Friday' }));
  expect(ran).toEqual([]);
  expect(lastResult(h.requests)).toContain('not on a Friday');
  expect(result.permissionDenials).toMatchObject([{ toolName: 'Deploy' }]);
});

test('no with interrupt ends the prompt', async () => {
  const { result } = await prompt(() => ({ behavior: 'deny', message: 'stop', interrupt: true }), { model: [call] });
  expect(result).toMatchObject({ isError: true, terminalReason: 'aborted_tools' });
});

describe('what is no answer denies the call and says why', () => {
  test.each([
    [{}, /"behavior" is undefined/],
    [{ behavior: 'maybe' }, /"behavior" is "maybe"/],
    [{ behavior: 'allow', updatedInput: 'x' }, /"updatedInput" must be an object/],
    [{ behavior: 'allow', updatedPermissions: [{ type: 'addRules' }] }, /"updatedPermissions" must be a list/],
    [{ behavior: 'allow', toolUseID: 'another' }, /about the call "another", asked was call-1/],
    [new Error('the dialog broke'), /the dialog broke/],
  ])('%j', async (answer, why) => {
    const { h } = await prompt(() => answer);
    expect(ran).toEqual([]);
    expect(lastResult(h.requests).replaceAll('\\"', '"')).toMatch(why);
  });
});

test('a question whose prompt is interrupted is withdrawn, and a late answer is dropped', async () => {
  const c = await connected({ extensions: [deploy], flags: { 'permission-prompt-tool': 'stdio' }, model: [call] });
  const session = await c.open();
  const sent = session.send({ content: 'ship it' });
  const question = await c.sent(({ type }) => type === 'control_request');
  expect(session.status).toBe('requires_action');
  expect(c.client.busy).toBe(true);
  await session.interrupt();
  expect(c.frames.at(-1)).toEqual({ type: 'control_cancel_request', request_id: question.request_id });
  expect(c.client.busy).toBe(false);
  const response = { subtype: 'success', request_id: question.request_id, response: { behavior: 'allow' } };
  c.client.receive({ type: 'control_response', response });
  await sent;
  expect(ran).toEqual([]);
  expect(c.warnings).toEqual([]);
});

test('a client that hangs up is no answer', async () => {
  const c = await connected({
    extensions: [deploy],
    flags: { 'permission-prompt-tool': 'stdio' },
    model: [call, say('over')],
  });
  const session = await c.open();
  const sent = session.send({ content: 'ship it' });
  await c.sent(({ type }) => type === 'control_request');
  c.client.hangUp();
  expect(await sent).toMatchObject({ permissionDenials: [{ toolName: 'Deploy' }] });
});

test('without the flag nobody is asked, also with a client', async () => {
  const { frames, result } = await prompt(() => ({ behavior: 'allow' }), { flags: {} });
  expect(frames).toEqual([]);
  expect(result.permissionDenials).toHaveLength(1);
});

test('stdio needs a client that can answer', async () => {
  const mute = connected({ flags: { 'permission-prompt-tool': 'stdio' }, mute: true, strict: false });
  await expect(mute).rejects.toThrow(/--input-format stream-json/);
});
