import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sessionEnv } from 'tenon/plugin-api/lib/session-env';
import { fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { toolBench } from './tool-bench.ts';

const lines = (text: string) => text.split('\n');

test('commands know their session: the root one, also in a subagent', async () => {
  const { call, session, dir } = await toolBench();
  const agent = fakeSession({ cwd: dir, parent: session, agent: { id: 'a', type: 'b' } });
  Object.assign(sessionEnv(session), { FROM_A_HOOK: 'yes' });
  const command =
    'printenv CLAUDECODE CLAUDE_CODE_SESSION_ID CLAUDE_CODE_ENTRYPOINT CLAUDE_PROJECT_DIR FROM_A_HOOK; printenv BASH_ENV || echo unset';
  for (const one of [session, agent]) {
    const { text } = await call('Bash', { command }, { session: one });
    expect(lines(text)).toEqual(['1', session.id, 'cli', session.root, 'yes', 'unset']);
  }
});

test('how the program was started is passed on', async () => {
  const { call } = await toolBench({ env: { CLAUDE_CODE_ENTRYPOINT: 'sdk-ts' } });
  expect((await call('Bash', { command: 'echo $CLAUDE_CODE_ENTRYPOINT' })).text).toBe('sdk-ts');
});

test('keys are kept from commands when that is asked for; those of the program alone always', async () => {
  const env = {
    ANTHROPIC_API_KEY: 'one',
    ANTHROPIC_AUTH_TOKEN: 'two',
    CLAUDE_CODE_OAUTH_TOKEN: 'three',
    AWS_SECRET_ACCESS_KEY: 'four',
    CLAUDE_CODE_SESSION_ACCESS_TOKEN: 'five',
    OTHER: 'kept',
  };
  const command = `for name in ${Object.keys(env).join(' ')}; do echo \${!name-none}; done`;
  const plain = await toolBench({ env });
  expect(lines((await plain.call('Bash', { command })).text)).toEqual(['one', 'two', 'three', 'four', 'none', 'kept']);
  const scrubbed = await toolBench({ env: { ...env, CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: '1' } });
  expect(lines((await scrubbed.call('Bash', { command })).text)).toEqual([
    'none',
    'none',
    'none',
    'none',
    'none',
    'kept',
  ]);
  const result = await (await scrubbed.processes()).run(scrubbed.session, { argv: ['printenv', 'ANTHROPIC_API_KEY'] });
  expect(result).toMatchObject({ code: 1, stdout: '' });
});

test('another shell can be chosen, and its folder is followed too', async () => {
  const { call, session, dir, project } = await toolBench({
    env: { CLAUDE_CODE_SHELL: '/bin/sh' },
    files: { 'sub/a': '' },
  });
  expect((await call('Bash', { command: 'echo "$0"; cd sub' })).text).toBe('/bin/sh');
  expect(session.cwd).toBe(join(dir, 'sub'));
  expect(await project.read('sub/a')).toBe('');
});

test('a shell that cannot be used is named, with what to do', async () => {
  const fish = await toolBench({ env: { CLAUDE_CODE_SHELL: '/usr/bin/fish' } });
  await expect(fish.call('Bash', { command: 'true' })).rejects.toThrow(/CLAUDE_CODE_SHELL.*fish.*must be.*bash/);
  const gone = await toolBench({ env: { CLAUDE_CODE_SHELL: '/nowhere/bash' } });
  await expect(gone.call('Bash', { command: 'true' })).rejects.toThrow(/nowhere\/bash.*does not exist/);
});

test('a prefix gets the whole command line as one word, and the folder is followed', async () => {
  const bench = await toolBench({ files: { 'sub/a': '' }, env: { CLAUDE_CODE_SHELL_PREFIX: './wrap --for' } });
  const { call, session, dir } = bench;
  await writeFile(join(dir, 'wrap'), '#!/bin/bash\necho "wrapped $1 $#"\nexec bash -c "$2"\n');
  await chmod(join(dir, 'wrap'), 0o755);
  const { text } = await call('Bash', { command: `echo "it's" && cd sub; false || exit 4` });
  expect(text).toBe("Exit code 4\nwrapped --for 2\nit's");
  expect(session.cwd).toBe(join(dir, 'sub'));
});

test('the project folder can be made to stay', async () => {
  const { call, session, dir } = await toolBench({
    files: { 'sub/a': '' },
    env: { CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR: '1' },
  });
  expect((await call('Bash', { command: 'cd sub' })).text).toMatch(/was reset/);
  expect(session.cwd).toBe(dir);
});
