import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, delimiter, isAbsolute } from 'node:path';
import type { Host, ProcessOptions, SessionRef } from 'tenon/plugin-api';
import { sessionEnv, sessionShell } from 'tenon/plugin-api/lib/session-env';
import { rootOf } from './root-session.ts';

/** How a command line is given to a shell. */
export interface ShellCommand {
  readonly argv: ProcessOptions['argv'];
  /** The same for a system that keeps bash elsewhere. */
  readonly elsewhere: ProcessOptions['argv'] | undefined;
  readonly env: NonNullable<ProcessOptions['env']>;
  /** The shell tells its folder at its end through descriptor 3. */
  readonly report: boolean;
}

const BASH = '/bin/bash';
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  bash: ['--norc', '--noprofile', '-c'],
  zsh: ['-f', '-c'],
  sh: ['-c'],
  dash: ['-c'],
};

/** Words with which a shell goes elsewhere, or runs text that could. */
const MOVING = new Set(['cd', 'pushd', 'popd', 'eval', 'source', '.', 'builtin', 'command', 'exec', 'trap', 'fc']);

/**
 * False when a command certainly leaves the shell in its folder: one command of plain words, none of which moves it. The
 * shell need not tell its folder then, and becomes the program instead of starting it.
 */
export function mayMove(command: string): boolean {
  if (!/^[\w./=:,+@% -]*$/.test(command)) return true;
  return command.split(' ').some((word) => MOVING.has(word));
}

/**
 * What runs a command line of the model. A shell that may move tells its folder at its end through descriptor 3.
 * @throws Error when CLAUDE_CODE_SHELL names no shell that can be used
 */
export async function shellCommand(host: Host, session: SessionRef, command: string): Promise<ShellCommand> {
  const { CLAUDE_CODE_SHELL: chosen, CLAUDE_CODE_SHELL_PREFIX: prefix } = host.env;
  const shell = chosen === undefined || chosen === '' ? BASH : await checkedShell(chosen);
  const report = mayMove(command);
  const script = sourced(host, session) + (report ? telling(command, basename(shell)) : command);
  const line = prefix === undefined || prefix.trim() === '' ? script : `${prefix} ${quoted(script)}`;
  const rest = [...FLAGS[basename(shell)]!, line];
  return {
    argv: [shell, ...rest],
    elsewhere: shell === BASH ? ['bash', ...rest] : undefined,
    env: commandEnv(host, session),
    report,
  };
}

/** A text in the environment of all commands of a session and its subagents, by which their children are found. */
export function commandMark(root: string): string {
  return `TENON_COMMAND=${process.pid}.${root}`;
}

/** What commands are told of the session, besides the environment of the program. */
function commandEnv(host: Host, session: SessionRef): Record<string, string | undefined> {
  const root = rootOf(session);
  const [name, value] = commandMark(root.id).split('=') as [string, string];
  return {
    ...sessionEnv(session),
    ...searchPath(host, session),
    CLAUDECODE: '1',
    CLAUDE_CODE_SESSION_ID: root.id,
    CLAUDE_CODE_ENTRYPOINT: host.env.CLAUDE_CODE_ENTRYPOINT || 'cli',
    CLAUDE_PROJECT_DIR: root.root,
    GIT_EDITOR: 'true',
    TERM: 'dumb',
    [name]: value,
    // a file that bash would run before the command, and that nobody sees
    BASH_ENV: undefined,
    ENV: undefined,
  };
}

/** Reads the files of the user and of hooks in the shell itself, so that functions and variables of theirs are there. */
function sourced(host: Host, session: SessionRef): string {
  const { files } = sessionShell(session);
  const { CLAUDE_ENV_FILE: own } = host.env;
  if (files.size === 0 && !own) return '';
  return (
    [...(own ? [own] : []), ...files]
      .filter((path) => isAbsolute(path) && existsSync(path))
      // what they say is not the command's output; a line that fails must not keep the command from running
      .map((path) => `. ${quoted(path)} >/dev/null 3>&-;`)
      .join('')
  );
}

/** PATH and the folders of extensions after it, so that none of them hides a program of the system. */
function searchPath(host: Host, session: SessionRef): { readonly PATH?: string } {
  const { folders } = sessionShell(session);
  if (folders.size === 0) return {};
  const added = [...folders].filter((folder) => isAbsolute(folder) && !folder.includes(delimiter));
  const before = sessionEnv(session).PATH ?? host.env.PATH;
  return { PATH: [...(before ? [before] : []), ...added].join(delimiter) };
}

/** Descriptor 3 moves out of the way of the command, which may want to use that number. */
function telling(command: string, shell: string): string {
  // only bash reads two digits as a descriptor
  if (shell === 'bash') return `exec 62>&3 3>&-;trap 'builtin pwd -P >&62 2>/dev/null||:' EXIT;${command}`;
  return `exec 9>&3 3>&-;trap 'command pwd -P >&9 2>/dev/null||:' EXIT;${command}`;
}

async function checkedShell(path: string): Promise<string> {
  if (!Object.hasOwn(FLAGS, basename(path))) {
    throw new Error(
      `CLAUDE_CODE_SHELL is ${JSON.stringify(path)}; it must be the path of bash, zsh, sh or dash. Change it, or unset it for ${BASH}`,
    );
  }
  try {
    if (path.includes('/')) await access(path);
  } catch (error) {
    throw new Error(`CLAUDE_CODE_SHELL is ${JSON.stringify(path)}, which does not exist; change or unset it`, {
      cause: error,
    });
  }
  return path;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
