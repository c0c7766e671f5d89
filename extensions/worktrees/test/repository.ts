import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ME = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];

/** A real git repository. */
export interface Repository extends Disposable {
  readonly dir: string;
  git(...args: string[]): string;
  /** Writes a file; `commit` also commits it. */
  write(path: string, text: string): void;
  commit(path: string, text: string): void;
}

/** Makes a repository with one commit. */
export function repository(dir = realpathSync(mkdtempSync(join(tmpdir(), 'repository-')))): Repository {
  const git = (...args: string[]) =>
    execFileSync('git', [...ME, ...args], { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  const commit = (path: string, text: string) => {
    write(path, text);
    git('add', path);
    git('commit', '--quiet', '--message', `change ${path}`);
  };
  git('init', '--quiet', '--initial-branch', 'main');
  commit('a.txt', 'one\n');
  return { dir, git, write, commit, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Puts a git hook into a repository that leaves a file where it ran. */
export function leavingHook({ dir }: Repository, name: string): void {
  const path = join(dir, '.git/hooks', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '#!/bin/sh\ntouch hook-ran.ignored\n');
  chmodSync(path, 0o755);
}
