import { execFileSync } from 'node:child_process';
import { Commands } from 'tenon/plugin-api';
import { createHarness } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import extension from '../src/index.ts';

async function inRepository(commits: readonly string[], date = new Date().toISOString()) {
  const h = await createHarness({ extensions: [extension], bundled: ['builtin-tools'] });
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]) =>
    execFileSync('git', [...who, ...args], {
      cwd: h.project.dir,
      stdio: 'pipe',
      env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
  git('init', '--quiet');
  for (const message of commits) git('commit', '--quiet', '--allow-empty', '-m', message);
  const command = await h.kernel.item(Commands, 'standup');
  const session = await h.session();
  return { h, run: async (args = '') => command?.run(args, { session, signal: session.signal }) };
}

test('the model is asked about the commits', async () => {
  const { run } = await inRepository(['Mend the roof', 'Paint the door']);
  const { prompt } = (await run()) ?? {};
  expect(prompt).toContain('since yesterday');
  expect(prompt).toMatch(/Ada: Paint the door\n(.*\n)*.*Ada: Mend the roof/);
});

test('without commits the user is told so, and the model is asked nothing', async () => {
  const { run } = await inRepository(['Old'], '2020-02-02T12:00:00Z');
  expect(await run('last week')).toEqual({ output: 'Nothing was committed since last week.' });
});

test('what git says when it fails is shown', async () => {
  const { run } = await inRepository([]);
  expect(await run()).toMatchObject({
    isError: true,
    output: expect.stringMatching(/git log failed: .*not have any commits/),
  });
});
