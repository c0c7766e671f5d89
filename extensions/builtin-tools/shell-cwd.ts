import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { Loop, Permissions, type SessionRef } from 'tenon/plugin-api';
import type { Workbench } from './workbench.ts';

/**
 * Lets the session follow the shell into another folder, as long as that is inside the folders it works in.
 * @param report what the shell said at its end: its folder and a line feed; without one nothing is known of it
 * @returns what the model should know when the session does not follow
 */
export async function followCwd(
  { api, host }: Workbench,
  session: SessionRef,
  report: string | undefined,
): Promise<string | undefined> {
  if (report === undefined || !report.endsWith('\n')) return leaveRemovedFolder(api, session);
  const folder = report.slice(0, -1);
  if (!isAbsolute(folder) || folder === session.cwd || folder === (await real(session.cwd)))
    return leaveRemovedFolder(api, session);
  // a command may write to the descriptor as well: the shell names a folder that is there, and without links
  if ((await realpath(folder).catch(() => undefined)) !== folder) return leaveRemovedFolder(api, session);
  const open = api.has(Loop) ? (await api.use(Loop)).get(session.id) : undefined;
  const stay = `(the working directory is still ${session.cwd})`;
  if (open === undefined) return stay;
  const roots = api.has(Permissions) ? (await api.use(Permissions)).roots(session) : [session.root];
  const fixed = host.env.CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR;
  if (fixed === undefined || fixed === '' || fixed === '0') {
    for (const root of roots) {
      if (!inside(await real(root), folder)) continue;
      await open.setCwd(folder);
      return undefined;
    }
  }
  if (session.cwd !== session.root) await open.setCwd(session.root);
  return `(the working directory was reset to ${session.root})`;
}

/** After a command: when the folder that the session had gone to is gone, the session is back where it started. */
async function leaveRemovedFolder(api: Workbench['api'], session: SessionRef): Promise<string | undefined> {
  const { cwd, root } = session;
  if (cwd === root || (await isFolder(cwd))) return undefined;
  const open = api.has(Loop) ? (await api.use(Loop)).get(session.id) : undefined;
  if (open === undefined) return undefined;
  await open.setCwd(root);
  return `(the working directory ${cwd} is gone; it is ${root} now)`;
}

/** Before a command: when the session's folder is gone: moves the session to its root, and gives the error that says so. */
export async function leaveMissingFolder({ api }: Workbench, session: SessionRef): Promise<Error | undefined> {
  const { cwd, root } = session;
  if (cwd === root || (await isFolder(cwd))) return undefined;
  const open = api.has(Loop) ? (await api.use(Loop)).get(session.id) : undefined;
  if (open === undefined) return undefined;
  await open.setCwd(root);
  return new Error(`the working directory ${cwd} does not exist any more; it is ${root} now, and nothing was run`);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true; // gone, or out of reach
}

function inside(root: string, folder: string): boolean {
  const way = relative(root, folder);
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
}

function real(path: string): Promise<string> {
  return realpath(path).catch(() => path); // gone: compare it as it is written
}
