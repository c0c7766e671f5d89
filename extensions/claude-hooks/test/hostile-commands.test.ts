import { createHarness, type Harness, type HarnessOptions } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { eventValues } from './event-values.ts';
import { hookSetup, sh, type TestHook } from './hook-setup.ts';

async function harness(hooks: readonly TestHook[], more: HarnessOptions = {}): Promise<Harness> {
  return createHarness({ extensions: hookSetup(...hooks), ...more });
}

async function submit(h: Harness, text = 'go') {
  const session = await h.session();
  const value = { ...eventValues(session).UserPromptSubmit, text };
  const began = performance.now();
  const result = await h.fire('UserPromptSubmit', value as never);
  return {
    result: result as unknown as { verdict: string; context: { text: string }[] },
    ms: performance.now() - began,
  };
}

const on = (command: string, more: object = {}): TestHook => ({
  event: 'UserPromptSubmit',
  handler: sh(command, more),
});
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a gigabyte of output takes little memory and counts as its beginning', { timeout: 60_000 }, async () => {
  const h = await harness([on('head -c 1000000000 /dev/zero | tr "\\0" x')]);
  const before = process.memoryUsage().rss;
  let most = before;
  const watching = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  const { result } = await submit(h);
  clearInterval(watching);
  expect(most - before).toBeLessThan(200_000_000);
  expect(result.context[0]?.text.length).toBeLessThan(3_000);
  expect(result.context[0]?.text).toContain('all of it is in');
});

const denial = (bytes: number) =>
  `printf '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"'; head -c ${bytes} /dev/zero | tr '\\0' a; printf '"}}'`;

test('a denial with a reason of two megabytes is one; of an answer too long to be read the user is told', async () => {
  const verdict = async (bytes: number, more: object, expectDiagnostics: RegExp[] = []) => {
    const h = await harness([{ event: 'PreToolUse', handler: sh(denial(bytes), more) }], { expectDiagnostics });
    const session = await h.session();
    const value = eventValues(session).PreToolUse;
    return ((await h.fire('PreToolUse', value as never)) as unknown as { verdict: string }).verdict;
  };
  const told = [/its answer is longer than can be read/];
  expect(await verdict(2_000_000, {})).toBe('deny');
  expect(await verdict(40_000_000, { onFailure: 'block' }, told)).toBe('deny');
  expect(await verdict(40_000_000, {}, told)).not.toBe('deny');
});

test('a daemon that holds the pipes is not waited for, and ends with the session', async () => {
  const h = await harness([on('sleep 60 & echo $! > pid; echo started')]);
  const { result, ms } = await submit(h);
  expect(result.context[0]?.text).toContain('started');
  expect(ms).toBeLessThan(5_000);
  const pid = Number(await h.project.read('pid'));
  expect(alive(pid)).toBe(true);
  await (await h.session()).close('other');
  await expect.poll(() => running(pid)).toBe(false);
});

test('a command that never ends is ended with all it started, also when it does not want to', async () => {
  const h = await harness([on('trap "" TERM; sleep 60 & echo $! > pid; while :; do sleep 1; done', { timeout: 0.3 })], {
    expectDiagnostics: [/did not end within 0.3 s/],
  });
  const { result, ms } = await submit(h);
  expect(result.verdict).toBe('none');
  expect(ms).toBeLessThan(10_000);
  const pid = Number(await h.project.read('pid'));
  await expect.poll(() => running(pid)).toBe(false);
});

test('a command that closes its input, or does not read it, does no harm', async () => {
  const h = await harness([on('exec <&-; echo closed'), on('echo unread')]);
  const { result } = await submit(h, 'x'.repeat(5_000_000));
  expect(result.context.map(({ text }) => text)).toEqual([
    expect.stringContaining('closed'),
    expect.stringContaining('unread'),
  ]);
});

test('a huge input arrives whole', async () => {
  const h = await harness([on('wc -c')]);
  const { result } = await submit(h, 'x'.repeat(5_000_000));
  expect(Number(/\d{7}/.exec(result.context[0]?.text ?? '')?.[0])).toBeGreaterThan(5_000_000);
});

test('a command has no terminal', async () => {
  const h = await harness([on('if (: < /dev/tty) 2>/dev/null; then echo terminal; else echo none; fi')]);
  expect((await submit(h)).result.context[0]?.text).toContain('none');
});

test('bytes that are no text are not an error', async () => {
  const h = await harness([on("printf '\\377\\376 abc'")]);
  expect((await submit(h)).result.context[0]?.text).toContain('abc');
});

test('a folder that is gone is replaced by that of the project', async () => {
  const h = await harness([on('pwd')]);
  const session = await h.session();
  const gone = h.project.path('gone');
  await session.setCwd(gone);
  expect((await submit(h)).result.context[0]?.text).toContain(h.project.dir);
});

test('handlers run at the same time', async () => {
  const h = await harness(Array.from({ length: 4 }, (_, n) => on(`sleep 0.5; echo ${n}`)));
  const { result, ms } = await submit(h);
  expect(result.context).toHaveLength(4);
  expect(ms).toBeLessThan(1_500);
});

test('an interrupt ends a command', async () => {
  const h = await harness([on('echo $$ > pid; sleep 60')], { model: [] });
  const session = await h.session();
  const sent = session.send({ content: 'go' });
  await expect.poll(() => h.project.read('pid'), { timeout: 10_000 }).toBeTruthy();
  await session.interrupt();
  expect((await sent).terminalReason).toContain('aborted');
  const pid = Number(await h.project.read('pid'));
  await expect.poll(() => running(pid)).toBe(false);
});

/** Not a process that has ended and waits to be collected. */
function running(pid: number): boolean {
  if (!alive(pid)) return false;
  const { readFileSync } = process.getBuiltinModule('node:fs');
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return process.platform !== 'linux' && alive(pid);
  }
}
