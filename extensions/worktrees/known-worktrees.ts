import type { Git } from './git.ts';

/** The worktrees of a repository, the main checkout first. */
export async function knownWorktrees(
  git: Git,
): Promise<readonly { readonly path: string; readonly branch?: string }[]> {
  // https://git-scm.com/docs/git-worktree#_porcelain_format
  const list = await git.run('worktree', 'list', '--porcelain');
  return list.split('\n\n').flatMap((entry) => {
    const fields = entry.split('\n');
    const path = fields.find((field) => field.startsWith('worktree '))?.slice('worktree '.length);
    const branch = fields.find((field) => field.startsWith('branch refs/heads/'))?.slice('branch refs/heads/'.length);
    return path === undefined ? [] : [{ path, ...(branch !== undefined && { branch }) }];
  });
}
