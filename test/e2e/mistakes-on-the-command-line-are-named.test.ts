import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startModelServer } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { place, runProgram } from '../gates/program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 60_000);

async function run(...args: readonly string[]) {
  await using at = await place();
  await mkdir(join(at.cwd, 'more'));
  await writeFile(join(at.cwd, 'file'), '');
  const server = await startModelServer({ turns: [{ text: 'ok' }] });
  try {
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test' };
    const ran = await runProgram(program, ['-p', 'go', ...args], at, { env });
    return { ...ran, requests: server.requests, cwd: at.cwd };
  } finally {
    await server.close();
  }
}

test('a tool that does not exist is named, with the one that was meant, and the rest goes on', async () => {
  const ran = await run('--tools', 'read,Bash,Foo,mcp__srv__x,MultiEdit');
  expect(ran).toMatchObject({ code: 0, stdout: 'ok\n' });
  expect(ran.stderr).toMatch(/there is no tool read \(did you mean Read\?\), Foo[^,]*: --tools leaves/);
  expect(ran.stderr).not.toMatch(/mcp__srv__x|MultiEdit/);
  expect(ran.requests[0]?.body.tools?.map(({ name }) => name)).toEqual(expect.arrayContaining(['Bash', 'Edit']));
});

test('tools that exist are not talked about', async () => {
  expect(await run('--tools', 'Read,Bash')).toMatchObject({ code: 0, stderr: '' });
  expect(await run('--tools', '')).toMatchObject({ code: 0, stderr: '' });
});

test('a folder that does not exist is a mistake', async () => {
  const missing = await run('--add-dir', 'more', '/nope/at/all');
  expect(missing).toMatchObject({ code: 2, stdout: '', requests: [] });
  expect(missing.stderr).toMatch(/--add-dir: \/nope\/at\/all does not exist; give folders that exist/);
  expect((await run('--add-dir', 'file')).stderr).toMatch(/\/file is not a folder/);
  expect(await run('--add-dir', 'more', '~')).toMatchObject({ code: 0, stderr: '' });
});
