import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { toolBench } from './tool-bench.ts';

async function elsewhere(): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'elsewhere-')));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

test('is kept between calls inside the project', async () => {
  const { call, session, dir } = await toolBench({ files: { 'sub/deep/a': '' } });
  const { text } = await call('Bash', { command: 'cd sub && cd deep' });
  expect(text).toBe('(no output)');
  expect(session.cwd).toBe(join(dir, 'sub/deep'));
  expect((await call('Bash', { command: 'pwd' })).text).toBe(join(dir, 'sub/deep'));
  // also after a failure, an explicit exit, and in a name with a line end
  await call('Bash', { command: 'cd ..; exit 4' });
  expect(session.cwd).toBe(join(dir, 'sub'));
  await call('Bash', { command: "mkdir $'odd\\nname'; cd $'odd\\nname'; false" });
  expect(session.cwd).toBe(join(dir, 'sub/odd\nname'));
});

test('is not read from the output', async () => {
  const { call, session, dir } = await toolBench({ files: { 'sub/a': '' } });
  const { text } = await call('Bash', {
    command: `echo ${dir}/sub; pwd -P >&2; (cd sub); cd() { :; }; cd sub; pwd() { echo /; }`,
  });
  expect(text).toBe(`${dir}/sub\n${dir}`);
  expect(session.cwd).toBe(dir);
});

test('is reset, with a note, when it leaves the folders of the session', async () => {
  const other = await elsewhere();
  const { call, session, dir } = await toolBench({ files: { 'sub/a': '' } });
  await call('Bash', { command: 'cd sub' });
  const { text, isError } = await call('Bash', { command: `cd ${other}; echo hi` });
  expect(isError).toBe(false);
  expect(text).toBe(`hi\n(the working directory was reset to ${dir})`);
  expect(session.cwd).toBe(dir);
  // a name that starts like the project's is another folder
  const sibling = `${dir}-sibling`;
  onTestFinished(() => rm(sibling, { recursive: true, force: true }));
  expect((await call('Bash', { command: `mkdir ${sibling}; cd ${sibling}` })).text).toContain('was reset');
  // a link leads where it leads
  expect((await call('Bash', { command: `ln -s ${other} link; cd link` })).text).toContain('was reset');
  expect(session.cwd).toBe(dir);
});

test('is not what a command writes in the place of the shell', async () => {
  const other = await elsewhere();
  const { call, session, dir } = await toolBench({ files: { 'sub/a': '' } });
  await call('Bash', { command: `ln -s ${other} link` });
  await call('Bash', { command: `echo ${dir}/sub >&62` });
  expect(session.cwd).toBe(dir);
  await call('Bash', { command: `echo ${dir}/link >&62; kill -9 $$` });
  expect(session.cwd).toBe(dir);
  await call('Bash', { command: `echo ${dir}/missing >&62; kill -9 $$` });
  expect(session.cwd).toBe(dir);
  await call('Bash', { command: `echo ${dir}/sub >&62; kill -9 $$` });
  expect(session.cwd).toBe(`${dir}/sub`);
});

test('may be in a folder that the permissions count as inside', async () => {
  const other = await elsewhere();
  const { call, session } = await toolBench({ roots: [other] });
  expect((await call('Bash', { command: `cd ${other}` })).text).toBe('(no output)');
  expect(session.cwd).toBe(other);
});

test('stays where it is, with a note, when nothing can change it', async () => {
  const { call, session, dir } = await toolBench({ loop: false, files: { 'sub/a': '' } });
  const { text } = await call('Bash', { command: 'cd sub' });
  expect(text).toContain(`still ${dir}`);
  expect(session.cwd).toBe(dir);
});

test.each([
  ['the shell in it', 'rm -r ../sub'],
  ['a plain command', 'rm -r {dir}/sub'],
  ['a file takes its place', 'rm -r {dir}/sub; touch {dir}/sub'],
])('a folder that is removed is left at once: %s', async (_, command) => {
  const { call, session, dir } = await toolBench({ files: { 'sub/a': '' } });
  await call('Bash', { command: 'cd sub' });
  const removal = await call('Bash', { command: command.replaceAll('{dir}', dir) });
  expect(removal.text).toContain(`(the working directory ${dir}/sub is gone; it is ${dir} now)`);
  expect(removal.isError).toBe(false);
  expect(session.cwd).toBe(dir);
  expect((await call('Bash', { command: 'pwd' })).text).toBe(dir);
});

test('a folder that somebody else removes is left before the next command', async () => {
  const { call, session, dir } = await toolBench({ files: { 'sub/a': '' } });
  await call('Bash', { command: 'cd sub' });
  await rm(`${dir}/sub`, { recursive: true });
  await expect(call('Bash', { command: 'pwd' })).rejects.toThrow(/does not exist any more.*nothing was run/);
  expect(session.cwd).toBe(dir);
  expect((await call('Bash', { command: 'pwd' })).text).toBe(dir);
});
