import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { place, runProgram } from '../gates/program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 60_000);

/** Runs the program with settings of the user. */
async function run(
  settings: object,
  args: readonly string[] = [],
  turns: readonly Turn[] = [{ text: 'ok' }],
  env: Record<string, string> = {},
) {
  await using at = await place();
  const server = await startModelServer({ turns });
  try {
    await mkdir(join(at.home, '.claude'));
    await writeFile(join(at.home, '.claude/settings.json'), JSON.stringify(settings));
    const ran = await runProgram(program, ['-p', 'go', '--allowedTools', 'Bash', ...args], at, {
      env: { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test', CLAUDE_CODE_MAX_RETRIES: '0', ...env },
    });
    return { ...ran, requests: server.requests };
  } finally {
    await server.close();
  }
}

const OPUS = ['--model', 'claude-opus-4-6'];
const effortOf = async (settings: object, args: readonly string[] = OPUS) =>
  ((await run(settings, args)).requests[0]?.body.output_config as { effort?: string } | undefined)?.effort;

test('effortLevel counts, what modelSettings says of the model before it, and the limit of the model', async () => {
  expect(await effortOf({ effortLevel: 'high' })).toBe('high');
  expect(await effortOf({ effortLevel: 'high', modelSettings: { opus: { effortLevel: 'low' } } })).toBe('low');
  expect(await effortOf({ effortLevel: 'high', modelSettings: { haiku: { effortLevel: 'low' } } })).toBe('high');
  const limits = { maxEffortLevel: 'low', modelSettings: { 'opus-4-6': { maxEffortLevel: 'medium' } } };
  expect(await effortOf({ ...limits, effortLevel: 'high' })).toBe('medium');
  expect(await effortOf({ effortLevel: 'low' }, [...OPUS, '--effort', 'high'])).toBe('high');
});

test('alwaysThinkingEnabled switches thinking on and off; the variable and the flag are stronger', async () => {
  const model = ['--model', 'claude-opus-4-6'];
  const thinking = async (settings: object, args: readonly string[] = [], env: Record<string, string> = {}) =>
    (await run(settings, [...model, ...args], undefined, env)).requests[0]?.body.thinking;
  expect(await thinking({ alwaysThinkingEnabled: false })).toEqual({ type: 'disabled' });
  expect(await thinking({ alwaysThinkingEnabled: true })).toMatchObject({ type: 'enabled' });
  expect(await thinking({})).toBeUndefined();
  const budget = { MAX_THINKING_TOKENS: '2000' };
  expect(await thinking({ alwaysThinkingEnabled: false }, [], budget)).toMatchObject({ budget_tokens: 2000 });
  expect(await thinking({ alwaysThinkingEnabled: true }, ['--thinking', 'disabled'])).toEqual({ type: 'disabled' });
});

test('availableModelsMatch keeps an entry to the one model it names', async () => {
  const available = { availableModels: ['claude-opus-4-6'] };
  const dated = ['--model', 'claude-opus-4-6-20260101'];
  expect((await run(available, dated)).code).toBe(0);
  const exact = await run({ ...available, availableModelsMatch: 'exact' }, dated);
  expect(exact.code).toBe(1);
  expect(exact.stdout + exact.stderr).toMatch(/not among those that the setting availableModels permits/);
});

test('a limit or list that cannot be read is as strict as it can be', async () => {
  const wrong = await run({ availableModels: 7, maxEffortLevel: 'lowest', effortLevel: 'high' }, OPUS);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/availableModels must be a name, or a list of names .* counts as \[\]/);
  expect(wrong.stderr).toMatch(/maxEffortLevel must be one of low, .* counts as "low"/);
});

test('bashOutputMaxChars bounds the output of commands', async () => {
  const turns: Turn[] = [{ calls: [{ name: 'Bash', input: { command: 'seq 1 2000' } }] }, { text: 'ok' }];
  const long = (ran: Awaited<ReturnType<typeof run>>) => JSON.stringify(ran.requests[1]?.body.messages?.at(-1)).length;
  expect(long(await run({}, [], turns))).toBeGreaterThan(8_000);
  const bounded = await run({ bashOutputMaxChars: 1000 }, [], turns);
  expect(long(bounded)).toBeLessThan(2_500);
  expect(JSON.stringify(bounded.requests[1]?.body.messages?.at(-1))).toContain('Output is long');
});
