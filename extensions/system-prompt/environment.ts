import { platform, release, type as systemName } from 'node:os';
import { gitHead } from 'tenon/plugin-api/lib/git-head';

/** Where and when a session runs, as lines for the model. */
export function environment(cwd: string, now: Date, withGit = true): string {
  return [
    'Environment at the start of this session:',
    `- working directory: ${cwd}`,
    ...(withGit ? [repository(cwd)] : []),
    `- platform: ${platform()} (${systemName()} ${release()})`,
    `- date: ${day(now)}`,
  ].join('\n');
}

function repository(cwd: string): string {
  const git = gitHead(cwd);
  if (git === undefined) return '- git: not a repository';
  const branch = git.branch === undefined ? 'no branch checked out' : `on branch ${git.branch}`;
  return `- git: ${branch}${git.root === cwd ? '' : `, repository at ${git.root}`}`;
}

/** The local date: the model plans in days, and a time of day would change what providers have cached. */
function day(now: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
