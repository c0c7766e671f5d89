import { callTool, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { echo, program } from './program.ts';

const texts = (n: number) => Array.from({ length: n }, (_, index) => String(index));

/** Notes how many run at once, and who is running when one starts. */
function crowd() {
  const log: string[] = [];
  let running = 0;
  let most = 0;
  const run = (name: string) => async (input: { readonly text?: unknown }) => {
    running++;
    most = Math.max(most, running);
    log.push(`+${name}${String(input.text)}`);
    // the first to start is the last to finish
    await new Promise((resolve) => setTimeout(resolve, 40 - 3 * Number(input.text)));
    log.push(`-${name}${String(input.text)}`);
    running--;
    return `${name}${String(input.text)}`;
  };
  return { run, log, most: () => most };
}

test('calls that only read run at the same time, at most ten, and their results come in order', async () => {
  const { run, most } = crowd();
  const read = echo('Read', { readOnly: () => true, run: run('r') });
  const h = await program({
    model: [texts(12).map((text) => callTool('Read', { text })), say('done')],
    tools: [read],
    taps: { PreToolUse: () => new Promise((resolve) => setTimeout(resolve, 5)) },
  });
  const warnings: Error[] = [];
  const warn = (warning: Error) => void warnings.push(warning);
  process.on('warning', warn);
  const done = await h.prompt('go');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warn);
  expect(warnings).toEqual([]);
  expect(most()).toBe(10);
  const message = done.requests[1]?.messages[2];
  expect(message?.role).toBe('user');
  expect(message?.content).toHaveLength(12);
  expect(done.calls().map(({ result }) => result)).toEqual(texts(12).map((text) => `r${text}`));
  expect(done.requests[1]?.toolResults.map(({ text }) => text)).toEqual(texts(12).map((text) => `r${text}`));
});

test('a call that changes something runs alone, after those before it and before those after it', async () => {
  const { run, log } = crowd();
  const tools = [echo('Read', { readOnly: () => true, run: run('r') }), echo('Write', { run: run('w') })];
  const names = ['Read', 'Read', 'Write', 'Write', 'Read'];
  const h = await program({
    model: [names.map((name, index) => callTool(name, { text: String(index) })), say('done')],
    tools,
  });
  await h.prompt('go');
  expect(log.slice(0, 2)).toEqual(['+r0', '+r1']);
  // which of two that run at the same time ends first is the machine's affair
  expect(log.slice(2, 4).sort()).toEqual(['-r0', '-r1']);
  expect(log.slice(4)).toEqual(['+w2', '-w2', '+w3', '-w3', '+r4', '-r4']);
});

test('a call that a tap turns from reading into changing runs alone', async () => {
  const { run, log } = crowd();
  const tool = echo('Any', { readOnly: (input) => input.text !== '3', run: run('a') });
  const h = await program({
    model: [['0', '1', '2'].map((text) => callTool('Any', { text })), say('done')],
    tools: [tool],
    taps: { PreToolUse: ({ input }) => (input.text === '0' ? { input: { text: '3' } } : undefined) },
  });
  const done = await h.prompt('go');
  expect(log.slice(-2)).toEqual(['+a3', '-a3']);
  expect(log.slice(0, 4).sort()).toEqual(['+a1', '+a2', '-a1', '-a2']);
  expect(done.calls().map(({ result }) => result)).toEqual(['a3', 'a1', 'a2']);
});
