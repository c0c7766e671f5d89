import { defineExtension, defineTool, Tools } from 'tenon/plugin-api';
import { callTool, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { connected } from './connected.ts';

const seen: unknown[] = [];

/** A tool that needs permission, and one that gives it: `answer` is its result. */
function tools(answer: unknown) {
  return defineExtension({
    manifest: { id: 'tools', version: '1', api: 1, contributes: { tools: ['Deploy', 'Approve'] } },
    setup(api) {
      seen.length = 0;
      const input = { type: 'object', properties: {} } as const;
      const target = { type: 'object', properties: { target: { type: 'string' } } } as const;
      const run = (given: unknown) => {
        seen.push({ ran: given });
        return 'deployed';
      };
      api.add(Tools, defineTool({ name: 'Deploy', description: 'Deploys', input: target, run }));
      api.add(
        Tools,
        defineTool({
          name: 'Approve',
          description: 'Approves',
          input,
          run(given) {
            seen.push({ asked: given });
            if (answer instanceof Error) throw answer;
            return typeof answer === 'string' ? answer : JSON.stringify(answer);
          },
        }),
      );
    },
  });
}

async function prompt(answer: unknown) {
  const c = await connected({
    extensions: [tools(answer)],
    flags: { 'permission-prompt-tool': 'Approve' },
    model: [callTool('Deploy', { target: 'prod' }, 'call-1'), say('over')],
    mute: true,
  });
  const session = await c.open();
  const result = await session.send({ content: 'ship it' });
  return { result, requests: c.h.requests, told: JSON.stringify(c.h.requests.at(-1)?.messages).replaceAll('\\"', '"') };
}

test('the tool is given the call, and its yes lets it run', async () => {
  const { result, requests } = await prompt({ behavior: 'allow' });
  expect(seen).toEqual([
    { asked: { tool_name: 'Deploy', input: { target: 'prod' }, tool_use_id: 'call-1' } },
    { ran: { target: 'prod' } },
  ]);
  expect(result.permissionDenials).toEqual([]);
  expect(requests[0]?.tools.map(({ name }) => name)).toEqual(['Deploy']);
});

test('it may change the input', async () => {
  await prompt({ behavior: 'allow', updatedInput: { target: 'staging' } });
  expect(seen.at(-1)).toEqual({ ran: { target: 'staging' } });
});

test('its no reaches the model with the reason', async () => {
  const { told } = await prompt({ behavior: 'deny', message: 'not on a Friday' });
  expect(seen).toHaveLength(1);
  expect(told).toContain('not on a Friday');
});

test.each([
  ['yes, go ahead', /the permission tool Approve gave no valid answer/],
  [{ behavior: 'perhaps' }, /"behavior" is "perhaps"/],
  [new Error('no connection'), /the permission tool Approve failed: no connection/],
])('what is no answer denies the call: %j', async (answer, why) => {
  const { told } = await prompt(answer);
  expect(seen).toHaveLength(1);
  expect(told).toMatch(why);
});

test('a tool that does not exist is a mistake in the call, and the tools that do are named', async () => {
  const c = connected({
    extensions: [tools('')],
    flags: { 'permission-prompt-tool': 'mcp__auth__approve' },
    strict: false,
  });
  await expect(c).rejects.toThrow(/--permission-prompt-tool mcp__auth__approve: there is no tool.*Deploy, Approve/);
});
