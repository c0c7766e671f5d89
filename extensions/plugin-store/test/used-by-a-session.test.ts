import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startModelServer } from '../../../test/fixtures/model-server/server.mjs';
import { builtCli } from '../../../test/gates/built.ts';
import { place, runProgram } from '../../../test/gates/program.ts';
import { marketplaceFiles, temporary, write } from './store-program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 180_000);

test('a plugin that was installed takes part in the next session, until it is switched off', async () => {
  await using at = await place();
  const mark = join(at.cwd, 'hook-ran');
  const market = write(await temporary(), {
    ...marketplaceFiles('shop', { greet: {} }),
    'plugins/greet/hooks/hooks.json': {
      hooks: { SessionStart: [{ hooks: [{ type: 'command', command: `touch ${mark}` }] }] },
    },
  });
  const server = await startModelServer({ turns: [{ text: 'one' }, { text: 'two' }] });
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test', CLAUDE_CODE_MAX_RETRIES: '0' };
  const tenon = (...args: string[]) => runProgram(program, args, at, { env });
  try {
    expect(await tenon('plugin', 'marketplace', 'add', market)).toMatchObject({ code: 0, stderr: '' });
    expect(await tenon('plugin', 'install', 'greet@shop')).toMatchObject({ code: 0, stderr: '' });
    expect(await tenon('-p', '/greet:hello you')).toMatchObject({ code: 0, stdout: 'one\n', stderr: '' });
    expect(JSON.stringify(server.requests[0]?.body.messages)).toContain('Hello from greet');
    expect(existsSync(mark)).toBe(true);
    expect((await tenon('-p', '/plugin')).stdout).toContain('greet@shop 1.0.0: on');
    expect((await tenon('-p', '/plugin disable greet')).stdout).toContain('Switched off: greet@shop');
    expect((await tenon('plugin', 'list')).stdout).toBe('greet@shop  1.0.0  (user, off)\n');
    expect((await tenon('-p', '/greet:hello you')).code).toBe(1);
    expect((await tenon('plugin', 'enable', 'greet')).code).toBe(0);
    expect((await tenon('--safe-mode', '-p', '/greet:hello you')).code).toBe(1);
  } finally {
    await server.close();
  }
}, 60_000);
