import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { place, runProgram } from '../gates/program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 60_000);

interface Result {
  readonly total_cost_usd: number;
  readonly subtype: string;
  readonly modelUsage: Readonly<Record<string, { readonly inputTokens: number; readonly webSearchRequests: number }>>;
}

async function run(turns: readonly Turn[], args: readonly string[]) {
  await using at = await place();
  const server = await startModelServer({ turns });
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test', CLAUDE_CODE_MAX_RETRIES: '0' };
  try {
    const words = ['-p', 'go', '--model', 'claude-sonnet-5-5', '--output-format', 'json', ...args];
    const { stdout } = await runProgram(program, words, at, { env });
    return JSON.parse(stdout) as Result;
  } finally {
    await server.close();
  }
}

const MILLION = { input_tokens: 1_000_000, output_tokens: 0 };

test('a page that a small model reads counts for the session, and for its budget', async () => {
  const site = createServer((_request, response) => response.end('a page'));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  const turns: Turn[] = [
    { calls: [{ name: 'WebFetch', input: { url: `http://127.0.0.1:${port}/`, prompt: 'x' } }], usage: MILLION },
    { text: 'what the page says', usage: MILLION },
    { text: 'done', usage: MILLION },
  ];
  try {
    const allow = ['--allowedTools', `WebFetch(domain:127.0.0.1:${port})`];
    const whole = await run(turns, allow);
    expect(whole.modelUsage).toMatchObject({
      'claude-sonnet-5-5': { inputTokens: 2_000_000 },
      haiku: { inputTokens: 1_000_000 },
    });
    // twice 2 dollars, and 0.1
    expect(whole.total_cost_usd).toBeCloseTo(4.1, 5);
    const bounded = await run(turns, [...allow, '--max-budget-usd', '2.05']);
    expect(bounded.subtype).toBe('error_max_budget_usd');
    expect(bounded.total_cost_usd).toBeCloseTo(2.1, 5);
  } finally {
    site.closeAllConnections();
    await new Promise((resolve) => site.close(resolve));
  }
});

test('a search counts', async () => {
  const result = await run(
    [
      { calls: [{ name: 'WebSearch', input: { query: 'tea' } }], usage: MILLION },
      { text: 'found', usage: MILLION },
      { text: 'done', usage: MILLION },
    ],
    ['--allowedTools', 'WebSearch'],
  );
  expect(result.modelUsage['claude-sonnet-5-5']?.inputTokens).toBe(3_000_000);
});
