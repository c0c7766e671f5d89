import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelServer, startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place, runProgram } from '../gates/program.ts';
import { names, placeOf } from './place.mjs';

const run = promisify(execFile);
const model = 'claude-sonnet-5-5';

interface Totals {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheCreationTokens: number;
  readonly cacheReadTokens: number;
}
interface Report {
  readonly totals: Totals;
  /** By its major version: 18 and 20. */
  readonly sessions?: readonly { readonly modelsUsed: readonly string[] }[];
  readonly session?: readonly { readonly modelsUsed: readonly string[] }[];
}

let at: Place;
let server: ModelServer;
/** What the server said that its answers took. */
const reported = { inputTokens: 0, outputTokens: 0, cacheCreationTokens: 0, cacheReadTokens: 0 };

/**
 * Three sessions: one with a turn of several blocks and calls, continued and then forked; one with two subagents at the same
 * time; one with an API error.
 */
beforeAll(async () => {
  const program = await builtCli();
  at = await place();
  let answers = 0;
  server = await startModelServer({
    respond({ body }): Turn {
      const prompt = JSON.stringify(body.messages?.at(-1));
      if (prompt.includes('fail')) return { fail: { status: 400, message: 'nonsense' } };
      const number = ++answers;
      reported.inputTokens += 1000 + number;
      reported.outputTokens += 10 * number;
      reported.cacheCreationTokens += number;
      reported.cacheReadTokens += 100 * number;
      const usage = {
        input_tokens: 1000 + number,
        output_tokens: 10 * number,
        cache_creation_input_tokens: number,
        cache_read_input_tokens: 100 * number,
      };
      if (prompt.includes('delegate')) {
        const agents = ['one', 'two'].map((part) => ({ description: part, prompt: `work on part ${part}` }));
        return { text: 'I have it done.', calls: agents.map((input) => ({ name: 'Agent', input })), usage };
      }
      if (!prompt.includes('work')) return { thinking: 'Hm.', text: 'done', usage };
      const calls = ['echo one', 'echo two'].map((command) => ({ name: 'Bash', input: { command } }));
      return { thinking: 'Hm.', text: 'I work.', calls, usage };
    },
  });
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'test' };
  const prompt = async (...args: string[]) =>
    (await runProgram(program, ['-p', ...args, '--model', model], at, { env })).code;
  expect(await prompt('work')).toBe(0);
  expect(await prompt('work', '--continue')).toBe(0);
  expect(await prompt('go on', '--continue', '--fork-session')).toBe(0);
  expect(await prompt('delegate')).toBe(0);
  expect(await prompt('fail')).toBe(1);
}, 120_000);

afterAll(async () => {
  await server.close();
  await at[Symbol.asyncDispose]();
});

describe.each(names.filter((name) => name.startsWith('ccusage')))('%s', (name) => {
  test('adds up what the server reported, each answer once', async ({ skip }) => {
    const { program } = placeOf(name);
    if (!existsSync(program)) {
      const why = `${program} is not there; install it with: npm run peers`;
      process.stderr.write(`SKIPPED ${name}: ${why}\n`);
      skip(why);
    }
    const { stdout } = await run(process.execPath, [program, 'session', '--json', '--offline'], {
      env: { PATH: process.env.PATH, HOME: at.home, TZ: 'UTC' },
      cwd: at.cwd,
      timeout: 20_000,
    });
    const report = JSON.parse(stdout) as Report;
    expect(report.totals).toMatchObject(reported);
    const sessions = report.sessions ?? report.session ?? [];
    expect(sessions.length).toBeGreaterThan(0);
    expect(sessions.flatMap(({ modelsUsed }) => modelsUsed)).toContain(model);
  });
});
