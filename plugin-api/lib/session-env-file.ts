import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionRef } from '../session.ts';
import { makeFolder } from './make-folder.ts';
import { sessionShell } from './session-env.ts';

/**
 * A file to which a program appends shell lines such as `export NAME=value`; the shell of the session's later commands
 * reads it before each of them. A hook of the events SessionStart, Setup, CwdChanged and FileChanged gets its path as
 * `CLAUDE_ENV_FILE`. It stands in `session-env/<session id>/` of the user's folder, readable by its owner alone. A file
 * that an earlier run of the session left is removed at the first call for it; there is none before somebody writes.
 * @param userFolder see `userFolder` in `plugin-api/lib/user-folder`
 * @param name of whoever writes, so that two that run at the same time do not mix their lines: `sessionstart-hook-0`;
 * what is not a letter, a digit, `_` or `-` becomes `_`
 * @returns the absolute path
 * @throws the file system's error when its folder cannot be made
 */
export function sessionEnvFile(session: SessionRef, userFolder: string, name: string): string {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  const folder = join(userFolder, 'session-env', safe(root.id));
  const path = join(folder, `${safe(name)}.sh`);
  const { files } = sessionShell(root);
  if (files.has(path)) return path;
  makeFolder(folder, 0o700);
  rmSync(path, { force: true });
  files.add(path);
  return path;
}

function safe(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_');
}
