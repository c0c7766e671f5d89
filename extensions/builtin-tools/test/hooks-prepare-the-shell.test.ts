import { appendFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sessionEnv, sessionShell } from 'tenon/plugin-api/lib/session-env';
import { sessionEnvFile } from 'tenon/plugin-api/lib/session-env-file';
import { fakeSession, tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { toolBench } from './tool-bench.ts';

test('lines that a hook appends to its file are read before later commands', async () => {
  const { call, session, dir, home } = await toolBench();
  expect((await call('Bash', { command: 'echo "<$FROM_HOOK>"' })).text).toBe('<>');
  const file = sessionEnvFile(session, home, 'sessionstart-hook-0');
  expect(file).toBe(join(home, 'session-env', session.id, 'sessionstart-hook-0.sh'));
  expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  // nobody has written yet
  expect((await call('Bash', { command: 'echo "<$FROM_HOOK>"' })).text).toBe('<>');
  appendFileSync(file, 'export FROM_HOOK="one two"\n');
  const second = sessionEnvFile(session, home, 'sessionstart-hook-1');
  appendFileSync(second, 'export FROM_HOOK="$FROM_HOOK three"\necho noise\ngreet() { echo "hello $1"; }\n');
  for (const one of [session, fakeSession({ cwd: dir, parent: session, agent: { id: 'a', type: 'b' } })]) {
    expect((await call('Bash', { command: 'echo "<$FROM_HOOK>"; greet you' }, { session: one })).text).toBe(
      '<one two three>\nhello you',
    );
    expect((await call('Bash', { command: 'printenv FROM_HOOK' }, { session: one })).text).toBe('one two three');
  }
  expect(sessionEnvFile(session, home, 'sessionstart-hook-0')).toBe(file);
  expect((await call('Bash', { command: 'printenv FROM_HOOK' })).text).toBe('one two three');
});

test('what an earlier run of the session left is gone, and names lead nowhere else', async () => {
  const home = await tempProject();
  const session = fakeSession({ cwd: home.dir });
  const folder = join(home.dir, 'session-env', session.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'a.sh'), 'export OLD=1\n');
  expect(existsSync(sessionEnvFile(session, home.dir, 'a'))).toBe(false);
  expect(sessionEnvFile(session, home.dir, '../../b c')).toBe(join(folder, '______b_c.sh'));
});

test('a file that goes wrong says so, and the command runs', async () => {
  const { call, session, home } = await toolBench();
  writeFileSync(sessionEnvFile(session, home, 'bad'), 'export A=1\nno-such-program-at-all\nexport B=2\n');
  const { text, isError } = await call('Bash', { command: 'echo $A $B' });
  expect(isError).toBe(false);
  expect(text).toMatch(/^1 2\n.*no-such-program-at-all/s);
});

test('the file that the user names in CLAUDE_ENV_FILE comes first', async () => {
  const place = await tempProject({ files: { "it's/env.sh": 'export A=user B=user\n' } });
  const { call, session, home } = await toolBench({ env: { CLAUDE_ENV_FILE: join(place.dir, "it's/env.sh") } });
  writeFileSync(sessionEnvFile(session, home, 'hook'), 'export B=hook\n');
  expect((await call('Bash', { command: 'echo $A $B' })).text).toBe('user hook');
});

test('the folder of the shell is followed all the same', async () => {
  const { call, session, dir, home } = await toolBench({ files: { 'sub/a': '' } });
  writeFileSync(sessionEnvFile(session, home, 'hook'), 'export A=1\n');
  await call('Bash', { command: 'cd sub' });
  expect(session.cwd).toBe(join(dir, 'sub'));
});

test('programs of extensions are found, after those of the system', async () => {
  const { call, session, project } = await toolBench({
    files: { 'bin/deploy-it': '#!/bin/sh\necho deployed\n', 'bin/ls': '#!/bin/sh\necho not ls\n' },
    env: { PATH: process.env.PATH },
  });
  const { chmodSync } = await import('node:fs');
  for (const name of ['deploy-it', 'ls']) chmodSync(join(project.dir, 'bin', name), 0o755);
  expect((await call('Bash', { command: 'deploy-it' })).isError).toBe(true);
  sessionShell(session).folders.add(join(project.dir, 'bin')).add('relative').add('/with:colon');
  expect((await call('Bash', { command: 'deploy-it' })).text).toBe('deployed');
  expect((await call('Bash', { command: 'ls bin' })).text).toBe('deploy-it\nls');
  expect((await call('Bash', { command: 'echo $PATH' })).text).toBe(`${process.env.PATH}:${join(project.dir, 'bin')}`);
  Object.assign(sessionEnv(session), { PATH: '/usr/bin:/bin' });
  expect((await call('Bash', { command: 'echo $PATH' })).text).toBe(`/usr/bin:/bin:${join(project.dir, 'bin')}`);
});
