import { expect, test } from 'vitest';
import { type FakeOptions, fakeRun, result } from './fake-run.ts';

const user = (content: unknown, more = {}) =>
  JSON.stringify({ type: 'user', message: { role: 'user', content }, ...more });
const argv = { 'input-format': 'stream-json', 'output-format': 'stream-json' };
const feed = (stdin: NonNullable<FakeOptions['stdin']>, more: Partial<FakeOptions> = {}) =>
  fakeRun({ argv, stdin, ...more });

test('each message is a prompt, one after the other', async () => {
  let running = 0;
  const run = feed([user('one'), '', '{"type":"keep_alive"}', user([{ type: 'text', text: 'two' }])], {
    async answer() {
      expect(++running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return result();
    },
  });
  expect(await run.code).toBe(0);
  expect(run.log.slice(1)).toEqual(['send one', 'send [{"type":"text","text":"two"}]', 'close']);
  expect(run.messages().filter(({ type }) => type === 'result')).toHaveLength(2);
});

test('what is to be done with a message is passed on', async () => {
  const inputs: unknown[] = [];
  const run = feed(
    [user('one', { shouldQuery: false, priority: 'later' }), user('two', { shouldQuery: 'no', priority: 5 })],
    {
      async answer(input) {
        inputs.push(input);
        return result();
      },
    },
  );
  await run.code;
  expect(inputs).toEqual([
    { content: 'one', source: 'sdk', shouldQuery: false, priority: 'later' },
    { content: 'two', source: 'sdk' },
  ]);
});

test('a message that asks nothing does not hide that the prompt before it failed', async () => {
  const run = feed([user('one'), user('two', { shouldQuery: false })], {
    answer: async ({ shouldQuery }) => result({ isError: shouldQuery !== false }),
  });
  expect(await run.code).toBe(1);
});

test('more messages than may wait are all answered', async () => {
  const run = feed(Array.from({ length: 350 }, (_, n) => user(`${n}`)));
  expect(await run.code).toBe(0);
  expect(run.log.filter((line) => line.startsWith('send'))).toEqual(Array.from({ length: 350 }, (_, n) => `send ${n}`));
});

test.each([
  ['{"type":"user"', /line 2: not JSON/],
  ['[]', /line 2: expected an object with a "type"/],
  ['{"type":"user","message":{"role":"assistant","content":"x"}}', /line 2: a user message needs/],
  ['{"type":"user","message":{"role":"user","content":[]}}', /line 2: "message.content"/],
  ['{"type":"user","message":{"role":"user","content":[1]}}', /line 2: "message.content"/],
])('after the malformed line %s the message before it is still answered', async (line, problem) => {
  const run = feed([user('one'), line, user('never')]);
  expect(await run.code).toBe(1);
  expect(run.written.stderr).toMatch(problem);
  expect(run.log.slice(1)).toEqual(['send one', 'close']);
  expect(run.messages().at(-1)).toMatchObject({ type: 'result' });
});

test('without the control protocol, its requests are refused with their id, and stdout holds nothing but JSON', async () => {
  const run = feed(['{"type":"control_request","request_id":"r1","request":{"subtype":"initialize"}}', user('one')]);
  expect(await run.code).toBe(0);
  expect(run.messages()).toContainEqual({
    type: 'control_response',
    response: { subtype: 'error', request_id: 'r1', error: expect.stringContaining('control@1') },
  });
});

test('a type nobody knows is passed over, and said once', async () => {
  const run = feed(['{"type":"future"}', '{"type":"future"}', user('one')]);
  expect(await run.code).toBe(0);
  expect(run.written.stderr.match(/"future"/g)).toHaveLength(1);
});

test('the last result decides the exit code', async () => {
  const answers = [result({ isError: true }), result()];
  const recovered = feed([user('one'), user('two')], { answer: async () => answers.shift()! });
  expect(await recovered.code).toBe(0);
  const failed = feed([user('one')], { answer: async () => result({ isError: true }) });
  expect(await failed.code).toBe(1);
});

test('no message at all is no error', async () => {
  expect(await feed([]).code).toBe(0);
});

test('a message that cannot be sent ends the run with its error', async () => {
  const run = feed([user('one'), user('two')], { answer: async () => Promise.reject(new Error('closed')) });
  await expect(run.code).rejects.toThrow('closed');
  expect(run.log.at(-1)).toBe('close');
});

test('prompts are echoed on request', async () => {
  const run = feed([user('one')], {
    argv: { ...argv, 'replay-user-messages': true },
    answer: async (input, _interrupted, emit) => {
      emit({ type: 'user', message: { role: 'user', content: input.content }, source: 'sdk' });
      return result();
    },
  });
  await run.code;
  expect(run.messages()).toContainEqual(expect.objectContaining({ type: 'user', isReplay: true }));
});
