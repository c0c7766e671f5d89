import { mkdir } from 'node:fs/promises';
import { tempProject, testHost } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { isPresent } from '../../kernel/process/present.ts';

test('things outside of the program are seen where they are, and nowhere else', async () => {
  const outer = await tempProject({
    files: {
      '.claude/skills/x': '',
      'repo/.claude/agents/x': '',
      'repo/apps/web/.claude/commands/x': '',
      'home/.claude/settings.json': '',
      'home/sub/x': '',
    },
  });
  await mkdir(outer.path('repo/.git'));
  const home = outer.path('home');
  const at = (cwd: string, more: object = {}) => ({ ...testHost({ cwd: outer.path(cwd), home }), ...more });
  const web = at('repo/apps/web', { argv: ['-p', '--plugin-dir=x'], env: { SEED: '/x', NONE: '' } });
  const seen = (what: string) => isPresent(what, web);
  expect(['project:commands', 'above:commands', 'above:agents', 'user:settings.json'].map(seen)).toEqual(
    Array(4).fill(true),
  );
  // above the repository, and in the folder below it that is not named
  expect(['project:agents', 'above:skills', 'user:agents', 'above:nothing'].map(seen)).toEqual(Array(4).fill(false));
  expect(['flag:--plugin-dir', 'flag:--plugin', 'env:SEED', 'env:NONE', 'env:OTHER'].map(seen)).toEqual([
    true,
    false,
    true,
    false,
    false,
  ]);
  expect(isPresent('managed:no/such/file', web)).toBe(false);
  // what is in the home folder is the user's own, and no project above
  expect(isPresent('above:settings.json', at('home/sub'))).toBe(false);
});
