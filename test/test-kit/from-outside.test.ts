import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name: string) => join(repository, 'node_modules', '.bin', name);
let dir = '';

/** A folder in which the compiled package is installed, with the example beside it. */
beforeAll(async () => {
  await run(process.execPath, ['scripts/build.mjs', '--lib', '--if-stale'], { cwd: repository });
  dir = await realpath(await mkdtemp(join(tmpdir(), 'tenon-outside-')));
  await mkdir(join(dir, 'node_modules/@types'), { recursive: true });
  await symlink(repository, join(dir, 'node_modules/tenon'), 'dir');
  for (const name of ['vitest', '@types/node']) {
    await symlink(join(repository, 'node_modules', name), join(dir, 'node_modules', name), 'dir');
  }
  await cp(join(repository, 'examples/team-rules'), join(dir, 'team-rules'), { recursive: true });
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The environment without what tells a program that it runs under vitest. */
function environment(): NodeJS.ProcessEnv {
  const left = Object.entries(process.env).filter(([name]) => !/^VITEST|^NODE_OPTIONS$|^TEST$/.test(name));
  return Object.fromEntries(left);
}

test('an extension outside of the repository is checked by the compiler against the package', async () => {
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
  };
  const project = join(dir, 'team-rules');
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src', 'test'] }));
  const { stdout } = await run(bin('tsc'), ['-p', '.'], { cwd: project }).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
}, 60_000);

test('its tests run with its own vitest', async () => {
  const options = { cwd: join(dir, 'team-rules'), env: environment() };
  const { stdout } = await run(bin('vitest'), ['run', '--reporter=json'], options);
  const report = JSON.parse(stdout) as { numPassedTests: number; numFailedTests: number };
  expect(report.numFailedTests).toBe(0);
  expect(report.numPassedTests).toBeGreaterThan(20);
}, 60_000);

test('the kit needs no vitest', async () => {
  await writeFile(
    join(dir, 'kit.test.mjs'),
    `import assert from 'node:assert';
import test from 'node:test';
import { defineTool, Tools } from 'tenon/plugin-api';
import { callTool, containsToolResult, createHarness, say, StrictError } from 'tenon/test-kit';

const deploy = {
  manifest: { id: 'deploy', version: '1.0.0', api: 1, contributes: { tools: ['Deploy'] } },
  setup(api) {
    api.add(Tools, defineTool({ name: 'Deploy', description: '', input: { type: 'object' }, run: () => 'deployed' }));
  },
};
test('a prompt', async () => {
  const model = [callTool('Deploy'), say('done')];
  const h = await createHarness({ extensions: [deploy], model, answers: { permission: 'allow' } });
  const run = await h.prompt('ship it');
  assert.equal(run.text, 'done');
  assert.ok(containsToolResult(run.requests[1], 'deployed'));
  await h.dispose();
});
test('strict', async () => {
  const h = await createHarness({ extensions: [deploy], model: [say('unused')] });
  await assert.rejects(h.dispose(), StrictError);
});
`,
  );
  const options = { cwd: dir, env: environment() };
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', 'kit.test.mjs'], options);
  expect(stdout).toMatch(/^# pass 2$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
}, 60_000);
