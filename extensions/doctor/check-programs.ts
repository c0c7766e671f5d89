import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { platform } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { Host } from 'tenon/plugin-api';
import { type Check, type Finding, note, ok, problem } from './finding.ts';

/** Milliseconds that a program may take to say its version. */
const LIMIT = 3_000;

export const checkPrograms: Check = (_api, host) => Promise.all([bash(host), git(host), ripgrep(host)]);

async function bash(host: Host): Promise<Finding> {
  const path = (await runs('/bin/bash')) ? '/bin/bash' : await find('bash', host);
  const version = path && (await versionOf(path));
  return version
    ? ok(`bash ${version} at ${path}`)
    : problem('bash was not found, so no commands can be run', 'install bash, or put the folder it is in on the PATH');
}

async function git(host: Host): Promise<Finding> {
  const path = await find('git', host);
  const version = path && (await versionOf(path));
  return version
    ? ok(`git ${version} at ${path}`)
    : note('git was not found; the model cannot use it', 'install git if you work in repositories');
}

async function ripgrep(host: Host): Promise<Finding> {
  const { env } = host;
  if (env.RG) {
    const version = isAbsolute(env.RG) ? await versionOf(env.RG) : undefined;
    return version
      ? ok(`ripgrep ${version} at ${env.RG} (RG)`)
      : problem('RG names no program that runs', 'give RG the absolute path of ripgrep, or unset it');
  }
  const path = (await find('rg', host)) ?? (await ownRipgrep());
  const version = path && (await versionOf(path));
  return version
    ? ok(`ripgrep ${version} at ${path}`)
    : note('ripgrep was not found; searches work, but slower', 'install ripgrep');
}

/** The one that came along in an npm package, for the platforms that have one. */
async function ownRipgrep(): Promise<string | undefined> {
  try {
    const { rgPath } = await import('@vscode/ripgrep');
    return (await runs(rgPath)) ? rgPath : undefined;
  } catch {
    return undefined; // not installed, or not for this platform
  }
}

/** Absolute folders of the PATH only: a relative one would let a project bring its own program. */
async function find(name: string, { env }: Host): Promise<string | undefined> {
  const file = platform() === 'win32' ? `${name}.exe` : name;
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (isAbsolute(folder) && (await runs(join(folder, file)))) return join(folder, file);
  }
  return undefined;
}

function runs(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The first number in what a program says about its version. It runs in Node's folder, which no project can write. */
function versionOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = {
      cwd: dirname(process.execPath),
      env: {},
      timeout: LIMIT,
      killSignal: 'SIGKILL',
      maxBuffer: 65_536,
    } as const;
    execFile(path, ['--version'], options, (error, stdout) => {
      resolve(error === null ? (/\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'of unknown version') : undefined);
    });
  });
}
