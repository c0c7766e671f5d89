import { defineExtension, Loop, type Manifest, type ToolResult, Tools } from 'tenon/plugin-api';
import { callTool, createHarness, type HarnessOptions, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import toolSearch from '../index.ts';

const schema = { type: 'object', properties: { to: { type: 'string' } }, additionalProperties: false } as const;
const declared = (name: string, more: object = {}) => ({
  name,
  description: `${name} does something about ${name === 'SendMail' ? 'letters' : 'rooms'}. And more.`,
  inputSchema: schema,
  ...more,
});

/** Two tools that wait, one that does not, and one that needs a person. */
function office() {
  const loaded: string[] = [];
  const manifest: Manifest = {
    id: 'office',
    version: '1.0.0',
    api: 1,
    contributes: {
      tools: [
        declared('SendMail', { deferred: true }),
        declared('Clock'),
        declared('BookRoom', { deferred: true }),
        declared('AskThem', { asksUser: true }),
      ],
    },
  };
  const extension = defineExtension({
    manifest,
    setup(api) {
      loaded.push('office');
      for (const name of ['SendMail', 'Clock', 'BookRoom', 'AskThem']) {
        api.add(Tools, {
          name,
          description: '',
          inputSchema: schema,
          readOnly: () => true,
          run: (): ToolResult => ({ content: `${name} ran` }),
        });
      }
    },
  });
  return { extension, loaded };
}

const harness = (options: Partial<HarnessOptions>, { extension } = office()) =>
  createHarness({ permissions: 'allow-all', extensions: [extension, toolSearch], ...options });
const names = (request: { readonly tools: readonly { readonly name: string }[] } | undefined) =>
  request?.tools.map(({ name }) => name);

test('tools wait, are announced, found, and stand at the end of what was sent before', async () => {
  const { extension, loaded } = office();
  const h = await harness(
    {
      model: [
        () => {
          expect(loaded).toEqual([]);
          return callTool('ToolSearch', { query: 'letters' });
        },
        callTool('SendMail', { to: 'me' }),
        say('sent'),
        say('again'),
      ],
    },
    { extension, loaded },
  );
  const run = await h.prompt('write to me');
  const [first, second, third] = run.requests;
  expect(names(first)).toEqual(['Clock', 'AskThem', 'ToolSearch']);
  expect(JSON.stringify(first!.messages)).toMatch(/before you call it: SendMail, BookRoom\b/);
  expect(JSON.stringify(first!.messages)).not.toContain('letters');
  expect(names(second)).toEqual(['Clock', 'AskThem', 'ToolSearch', 'SendMail']);
  expect(second).toContainToolResult(/- SendMail: SendMail does something about letters\.$/m);
  expect(JSON.stringify(second!.tools).startsWith(JSON.stringify(first!.tools).slice(0, -1))).toBe(true);
  expect(third).toContainToolResult(/SendMail ran/);
  expect(run.events.find((event) => event.type === 'init')).toMatchObject({
    tools: expect.arrayContaining(['SendMail', 'BookRoom', 'Clock']),
  });
  const more = await h.prompt('and now?');
  expect(more.requests[0]!.tools).toEqual(third!.tools);
  expect(JSON.stringify(more.requests[0]!.messages).match(/before you call it/g)).toHaveLength(1);
});

test('a tool that waits and is called by name runs, and is offered from then on', async () => {
  const h = await harness({ model: [callTool('BookRoom'), say('done')] });
  const run = await h.prompt('book');
  expect(run.requests[1]).toContainToolResult(/BookRoom ran/);
  expect(names(run.requests[1])?.at(-1)).toBe('BookRoom');
});

test('nothing waits without a tool that finds, when it is switched off, or when tools are named', async () => {
  const all = ['SendMail', 'Clock', 'BookRoom', 'AskThem'];
  const without = await harness({ extensions: [office().extension], model: [say('hi')] });
  expect(names((await without.prompt('hi')).requests[0])).toEqual(all);
  const off = await harness({ env: { ENABLE_TOOL_SEARCH: 'false' }, model: [say('hi')] });
  expect(names((await off.prompt('hi')).requests[0])).toEqual(all);
  const denied = await harness({
    permissions: 'rules',
    config: { permissions: { deny: ['ToolSearch'] } },
    model: [say('hi')],
  });
  expect(names((await denied.prompt('hi')).requests[0])).toEqual(all);
  const chosen = await harness({ session: { tools: ['SendMail', 'ToolSearch'] }, model: [say('hi')] });
  const run = await chosen.prompt('hi');
  expect(names(run.requests[0])).toEqual(['SendMail']);
  expect(JSON.stringify(run.requests[0]!.messages)).not.toContain('before you call it');
});

test('a denied tool is neither announced nor found', async () => {
  const h = await harness({
    permissions: 'rules',
    config: { permissions: { deny: ['SendMail'] } },
    model: [callTool('ToolSearch', { query: 'select:SendMail,BookRoom' }), callTool('SendMail'), say('no')],
  });
  const run = await h.prompt('write');
  expect(JSON.stringify(run.requests[0]!.messages)).toMatch(/before you call it: BookRoom\\n/);
  expect(names(run.requests[2])).toEqual(['Clock', 'AskThem', 'ToolSearch', 'BookRoom']);
  expect(run.requests[2]).toContainToolResult(/There is no tool "SendMail"/);
});

test('a session that goes on knows the tools it used', async () => {
  const h = await harness({
    bundled: ['sessions'],
    session: { persist: true },
    model: [callTool('BookRoom'), say('done'), say('more')],
  });
  const first = await h.session();
  await h.prompt('book');
  await first.close('other');
  const again = await h.open({ resume: first.id });
  expect((await h.kernel.use(Loop)).get(first.id)).toBe(again);
  await again.send({ content: 'more' });
  expect(names(h.requests.at(-1))).toEqual(['Clock', 'AskThem', 'ToolSearch', 'BookRoom']);
});

test('what needs a person is offered only where one can be asked', async () => {
  const h = await harness({ session: { surfaces: [] }, model: [say('hi')] });
  expect(names((await h.prompt('hi')).requests[0])).toEqual(['Clock', 'ToolSearch']);
});

test('a tool that is declared without a schema, or found at run time, waits too', async () => {
  const tool = (name: string, deferred: boolean) => ({
    name,
    description: `${name} is late.`,
    inputSchema: schema,
    ...(deferred && { deferred }),
    run: () => `${name} ran`,
  });
  const late = defineExtension({
    manifest: {
      id: 'late',
      version: '1.0.0',
      api: 1,
      contributes: { tools: [{ name: 'Named', deferred: true }, 'mcp__*'] },
    },
    setup(api) {
      api.add(Tools, tool('Named', false));
      api.add(Tools, tool('mcp__mail__send', true));
      api.add(Tools, tool('mcp__mail__read', false));
    },
  });
  const h = await harness({
    extensions: [late, toolSearch],
    model: [callTool('ToolSearch', { query: 'late' }), say('hi')],
  });
  const run = await h.prompt('hi');
  expect(names(run.requests[0])).toEqual(['ToolSearch', 'mcp__mail__read']);
  expect(names(run.requests[1])).toEqual(['ToolSearch', 'mcp__mail__read', 'Named', 'mcp__mail__send']);
});

test('a conversation that starts over is told of them again', async () => {
  const h = await harness({ model: [say('one'), say('two')] });
  await h.prompt('first');
  await (await h.session()).clear();
  const run = await h.prompt('second');
  expect(JSON.stringify(run.requests[0]?.messages)).toContain('Tools that are not loaded');
  expect(JSON.stringify(run.requests[0]?.messages)).not.toContain('first');
});
