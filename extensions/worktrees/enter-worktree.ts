import { realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { Loop, Permissions, type Session, type SessionRef, type ToolContext, type ToolResult } from 'tenon/plugin-api';
import { gitOf } from './git.ts';
import { knownWorktrees } from './known-worktrees.ts';
import { makeWorktree } from './make-worktree.ts';
import type { Workbench } from './workbench.ts';
import { type Worktree, worktreeState } from './worktree.ts';

export interface EnterWorktreeInput {
  readonly name?: string;
  readonly path?: string;
}
export interface EnterWorktreeOutput {
  readonly worktreePath: string;
  readonly worktreeBranch?: string;
}

/** @throws Error in words for the model */
export async function runEnterWorktree(
  bench: Workbench,
  { name, path }: EnterWorktreeInput,
  context: ToolContext,
): Promise<ToolResult<EnterWorktreeOutput>> {
  const { current } = worktreeState(context.session);
  if (current !== undefined) {
    throw new Error(`The session is in the worktree ${current.worktree.path}; leave it first with ExitWorktree`);
  }
  if (name !== undefined && path !== undefined) throw new Error('Give a name or a path, not both');
  const session = await liveSession(bench, context.session);
  const worktree =
    path === undefined
      ? await makeWorktree(bench, session, name, context.signal)
      : await findWorktree(bench, session, path, context.signal);
  await moveInto(bench, session, worktree);
  return {
    content: `${described(worktree)} It is the working directory now; use paths in it, not those of the other checkout.`,
    output: { worktreePath: worktree.path, ...(worktree.branch !== undefined && { worktreeBranch: worktree.branch }) },
  };
}

/** The session itself, to steer it. @throws Error when it is not open any more */
export async function liveSession({ api }: Workbench, { id }: SessionRef): Promise<Session> {
  const session = (await api.use(Loop)).get(id);
  if (session === undefined) throw new Error('The session is closed');
  return session;
}

/** One sentence on what the session works in. */
export function described({ path, branch, made }: Worktree): string {
  const on = branch === undefined ? '' : ` on the branch ${branch}`;
  return made === 'found' ? `Entered the worktree ${path}${on}.` : `Made the worktree ${path}${on}.`;
}

/** Makes a worktree the place where a session works. */
export async function moveInto({ api }: Workbench, session: Session, worktree: Worktree): Promise<void> {
  const { root } = session;
  if (worktree.path !== root && !worktree.path.startsWith(root + sep) && api.has(Permissions)) {
    const permissions = await api.use(Permissions);
    await permissions.update(session, [
      { type: 'addDirectories', directories: [worktree.path], destination: 'session' },
    ]);
  }
  worktreeState(session).current = { worktree, before: session.cwd };
  await session.setCwd(worktree.path);
}

async function findWorktree(bench: Workbench, session: Session, path: string, signal: AbortSignal): Promise<Worktree> {
  const wanted = resolve(session.cwd, path);
  let real: string;
  try {
    real = realpathSync(wanted);
  } catch {
    throw new Error(`There is no folder ${wanted}`);
  }
  const [checkout, ...others] = await knownWorktrees(gitOf(bench, session, session.cwd, signal));
  const found = others.find((one) => one.path === real);
  if (found !== undefined) return { ...found, made: 'found' };
  if (checkout?.path === real) throw new Error(`${real} is the main checkout, not a worktree`);
  const list = others.map((one) => one.path).join(', ') || 'none';
  throw new Error(`${real} is no worktree of this repository. There are: ${list}`);
}
