import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { hookSetup, prints, sh, specific } from './hook-setup.ts';

const added = specific('UserPromptSubmit', { additionalContext: 'the build is red' });

test('async: its decision does not count, and what it adds is told with the next turn', async () => {
  const block = { ...added, decision: 'block', reason: 'no' };
  const h = await createHarness({
    extensions: hookSetup({ event: 'UserPromptSubmit', handler: { ...prints(block), async: true } as never }),
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [callTool('Bash', { command: 'sleep 0.7' }), say('done')],
  });
  const run = await h.prompt('go');
  expect(run.text).toBe('done');
  expect(JSON.stringify(run.requests[1]?.messages)).toContain('the build is red');
});

test('a first line of {"async": true} has the same effect', async () => {
  const answer = JSON.stringify(added);
  const handler = sh(`echo '{"async": true, "asyncTimeout": 5000}'; sleep 0.3; echo '${answer}'; exit 2`);
  const h = await createHarness({
    extensions: hookSetup({ event: 'UserPromptSubmit', handler }),
    model: [say('done')],
  });
  const began = performance.now();
  const run = await h.prompt('go');
  expect(run.text).toBe('done');
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('asyncRewake: exit code 2 asks the model to go on', async () => {
  const handler = sh('sleep 0.3; echo "tests fail" >&2; exit 2', { asyncRewake: true });
  const h = await createHarness({
    extensions: hookSetup({ event: 'PostToolUse', handler }),
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [callTool('Bash', { command: 'echo hi' }), say('done'), say('I see')],
  });
  await h.prompt('go');
  await expect.poll(() => h.requests.length, { timeout: 10_000 }).toBe(3);
  expect(h.requests[2]?.prompt).toContain('tests fail');
  await expect.poll(async () => (await h.session()).status).toBe('idle');
});

test('what is in the background ends with the session', async () => {
  const handler = sh('echo $$ > pid; exec sleep 60', { async: true });
  const h = await createHarness({
    extensions: hookSetup({ event: 'UserPromptSubmit', handler }),
    model: [say('done')],
  });
  await h.prompt('go');
  await expect.poll(() => h.project.read('pid'), { timeout: 10_000 }).toBeTruthy();
  await (await h.session()).close('other');
  const shown = h.events.filter((event) => event.type === 'hook');
  expect(shown.map(({ phase, outcome }) => [phase, outcome])).toEqual([
    ['started', undefined],
    ['response', 'cancelled'],
  ]);
});
