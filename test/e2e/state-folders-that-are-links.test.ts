import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { startModelServer } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { place, runProgram } from '../gates/program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 120_000);

/** A run whose user has a link in the place of a folder of its state. */
async function linked(name: string, prepare: (target: string) => void) {
  const at = await place();
  const server = await startModelServer({ respond: () => ({ text: 'done' }) });
  onTestFinished(async () => {
    await server.close();
    await at[Symbol.asyncDispose]();
  });
  const target = join(at.home, 'elsewhere');
  prepare(target);
  mkdirSync(join(at.home, '.claude'));
  symlinkSync(target, join(at.home, '.claude', name));
  const run = await runProgram(program, ['-p', 'go'], at, {
    env: { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'k' },
  });
  return { target, run };
}

test.each(['projects', 'tenon'])('%s may be a link: what is kept there is for its owner alone', async (name) => {
  const { target, run } = await linked(name, (path) => mkdirSync(path, { mode: 0o777 }));
  expect(run).toMatchObject({ code: 0, stdout: 'done\n', stderr: '' });
  const made = readdirSync(target, { recursive: true }) as string[];
  expect(made.length).toBeGreaterThan(0);
  for (const path of made) expect(statSync(join(target, path)).mode & 0o077, path).toBe(0);
});

test.each([
  ['to nothing', () => {}],
  ['to a file', (path: string) => writeFileSync(path, 'text')],
])('a link %s is said where something is lost, and the answer is printed', async (_what, prepare) => {
  const projects = await linked('projects', prepare);
  expect(projects.run).toMatchObject({ code: 0, stdout: 'done\n', stderr: expect.stringContaining('not saved') });
  const state = await linked('tenon', prepare);
  expect(state.run).toMatchObject({ code: 0, stdout: 'done\n' });
});
