import { readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from './fixtures/model-server/server.mjs';
import { builtCli } from './gates/built.ts';
import { type Loaded, type Place, place, runAndList } from './gates/program.ts';
import { root } from './gates/source-file.ts';

/** Bytes of our code and number of source modules that a run may load. Raise one only with a reason in the commit. */
const budgets = {
  '--version': { bytes: 154_000, modules: 130 },
  hello: { bytes: 492_000, modules: 320 },
};

/** What must not be loaded to answer a prompt without tools, and where it is used instead. */
const forbidden = [
  'zod', // the first tool call
  'execa', // git and npm
  'unbash', // the first Bash call
  'diff', // the first edit
  'picomatch', // the first path rule
  'ignore', // the first search
  'cosmiconfig', // after trust
  'jiti', // the first TypeScript extension
  '@vscode/ripgrep', // the first search
];
/** The client of the SDK pulls in 300 modules; its errors and its stream decoding do not. */
const forbiddenFiles = [/@anthropic-ai\/sdk\/(index|client)\.m?js$/, /@anthropic-ai\/sdk\/resources\//];
/** Modules of Node that cost more than everything else on the way. */
const forbiddenBuiltins = [
  'internal/deps/undici/undici',
  'crypto',
  'perf_hooks',
  'http2',
  'worker_threads',
  'internal/deps/acorn/acorn/dist/acorn',
];

type Graph = Record<string, { bytes: number; modules: { path: string; bytes: number }[] }>;

let program: string;
let graph: Graph;
let server: ModelServer;
let at: Place;

beforeAll(async () => {
  program = await builtCli();
  graph = JSON.parse(readFileSync(join(root, 'dist/graph.json'), 'utf8')) as Graph;
  server = await startModelServer({ respond: () => ({ text: 'Hello.' }) });
  at = await place();
}, 240_000);

afterAll(async () => {
  await server.close();
  await at[Symbol.asyncDispose]();
});

const chunksOf = (run: Loaded) => run.files.map((file) => relative(join(root, 'dist'), file));
const modulesOf = (run: Loaded) =>
  chunksOf(run).flatMap((chunk) => graph[chunk]?.modules.map(({ path }) => path) ?? []);
const bytesOf = (run: Loaded) => run.files.reduce((sum, file) => sum + statSync(file).size, 0);

/** The packages of the modules of a run that must not be there. */
function intruders(paths: readonly string[]): string[] {
  return paths.filter((path) => {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
    return (name !== undefined && forbidden.includes(name)) || forbiddenFiles.some((file) => file.test(path));
  });
}

test('--version loads the kernel, the manifests and the command line, and stays within its bytes', async () => {
  const run = await runAndList(program, ['--version'], at);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(modulesOf(run).filter((path) => /extensions\/(?!cli\/)[^/]+\/index\.ts/.test(path))).toEqual([]);
  expect(intruders(modulesOf(run))).toEqual([]);
  expect(modulesOf(run).length).toBeLessThanOrEqual(budgets['--version'].modules);
  expect(bytesOf(run)).toBeLessThanOrEqual(budgets['--version'].bytes);
});

test('a prompt is answered with one request, and without what only tools need', async () => {
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'test' };
  const run = await runAndList(program, ['-p', 'hello', '--model', 'sonnet'], at, env);
  expect(run).toMatchObject({ code: 0, stdout: 'Hello.\n' });
  expect(server.requests.length).toBe(1);
  // A file more on this path belongs into `onEveryPrompt` of scripts/cli-bundle.mjs.
  expect(chunksOf(run).map((file) => file.replace(/-[\w-]+\.cjs$/, ''))).toEqual([
    'chunks/core',
    'chunks/prompt',
    'tenon.cjs',
  ]);
  expect(intruders(modulesOf(run))).toEqual([]);
  expect(run.builtins.filter((name) => forbiddenBuiltins.includes(name))).toEqual([]);
  expect(modulesOf(run).length).toBeLessThanOrEqual(budgets.hello.modules);
  expect(bytesOf(run)).toBeLessThanOrEqual(budgets.hello.bytes);
});

test('every file that was loaded is known to the graph, so that nothing escapes the count', async () => {
  const run = await runAndList(program, ['--help'], at);
  const unknown = chunksOf(run).filter((chunk) => chunk !== 'tenon.cjs' && !(chunk in graph));
  expect(unknown).toEqual([]);
  expect(modulesOf(run).length).toBeGreaterThan(10);
});

test('the list catches what it is for', () => {
  expect(intruders(['node_modules/zod/v4/core/index.js'])).toHaveLength(1);
  expect(intruders(['node_modules/@anthropic-ai/sdk/client.mjs'])).toHaveLength(1);
  expect(intruders(['node_modules/@anthropic-ai/sdk/core/error.mjs', 'kernel/zod/x.ts'])).toHaveLength(0);
});
