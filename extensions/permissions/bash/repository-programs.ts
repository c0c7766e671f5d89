import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gitlinks } from './gitlinks.ts';

/** Characters of the largest configuration that is looked at. */
const LARGEST = 1_000_000;
/** Repositories inside of one whose configuration is looked at. */
const MOST_MODULES = 500;
/** Filters that many people use; git finds them on the search path. */
const KNOWN_FILTER = /^git[- ](?:lfs|crypt|annex) [\w %-]*$/;

/**
 * Why a repository makes git run programs while it only shows something, or lets it look elsewhere; `undefined` when it
 * does not. A clone brings no such settings along, but an archive of a repository may.
 * @param git the `.git` of a work tree: a folder, or a file that names one
 */
export function repositoryPrograms(git: string): string | undefined {
  return programsOf(git, new Set());
}

/** @param seen those looked at so far: git goes into the repositories that the index of one names */
function programsOf(git: string, seen: Set<string>): string | undefined {
  if (seen.has(git)) return undefined;
  seen.add(git);
  try {
    if (seen.size > MOST_MODULES) throw new Error('it has too many repositories inside');
    const own = gitFolder(git);
    const common = pointer(join(own, 'commondir'), own) ?? own;
    const files = [join(common, 'config'), join(own, 'config.worktree'), join(common, 'config.worktree')];
    for (const module of modulesIn(join(common, 'modules'))) files.push(join(module, 'config'));
    let hash: 20 | 32 = 20;
    const hooks = new Set([join(common, 'hooks')]);
    for (const file of files) {
      for (const { key, value } of settingsOf(file)) {
        if (key === 'extensions.objectformat' && value.toLowerCase() === 'sha256') hash = 32;
        if (key === 'core.hookspath') {
          hooks.add(resolve(dirname(git), value));
          continue;
        }
        // a submodule names its work tree; git then looks nowhere else
        const elsewhere =
          key === 'core.worktree' && file === files[0] && real(resolve(own, value)) !== real(dirname(git));
        if (elsewhere || isProgram(key, value)) return `${file} sets ${key} to ${JSON.stringify(value.slice(0, 100))}`;
      }
    }
    for (const folder of hooks) {
      const hook = join(folder, 'post-index-change');
      if (there(hook)) return `git may run the hook ${hook}`;
    }
    for (const path of gitlinks(own, hash)) {
      const inner = join(dirname(git), path, '.git');
      const found = there(inner) ? programsOf(inner, seen) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  } catch (error) {
    return `what ${git} makes git do cannot be seen: ${(error as Error).message}`;
  }
}

/** Settings that name a program which git runs for status, diff, log, show, blame, grep and their kind. */
function isProgram(key: string, value: string): boolean {
  if (key === 'core.fsmonitor') return !/^(?:true|false|yes|no|on|off|0|1|)$/i.test(value);
  if (/^filter\..*\.(?:clean|process|smudge)$/s.test(key))
    return value !== '' && value !== 'cat' && !KNOWN_FILTER.test(value);
  return /^(?:diff\.external|diff\..*\.(?:command|textconv)|gpg\.(?:.*\.)?program|core\.(?:sshcommand|gitproxy)|remote\..*\.(?:uploadpack|vcs)|diff\.submodule|submodule\.recurse|include\.path|includeif\..*\.path)$/s.test(
    key,
  );
}

/**
 * The settings of a file, their keys in lower case. Values are without quotes and backslashes: they are only compared.
 * Format: https://git-scm.com/docs/git-config#_syntax
 */
function* settingsOf(file: string): Iterable<{ readonly key: string; readonly value: string }> {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isFile() || stats.size > LARGEST) throw new Error(`${file} is not an ordinary settings file`);
  let section = '';
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  for (const line of text.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    let rest = line.trim();
    const header = /^\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]/.exec(rest);
    if (header !== null) {
      const name = header[2]?.replace(/\\(.)/g, '$1');
      section = name === undefined ? header[1]! : `${header[1]}.${name}`;
      rest = rest.slice(header[0].length).trim();
    } else if (rest.startsWith('[')) throw new Error(`a section of ${file} is not understood`);
    const setting = /^([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/s.exec(rest);
    if (setting === null) continue;
    const value = (setting[2] ?? 'true').replace(/["\\]/g, '').replace(/\s+[#;].*$/, '');
    yield { key: `${section}.${setting[1]}`.toLowerCase(), value: value.trim() };
  }
}

function gitFolder(git: string): string {
  if (statSync(git).isDirectory()) return git;
  const named = /^gitdir:\s*(.+?)\s*$/s.exec(short(git))?.[1];
  if (named === undefined) throw new Error('it names no folder');
  return resolve(dirname(git), named);
}

function pointer(file: string, base: string): string | undefined {
  return there(file) ? resolve(base, short(file).trim()) : undefined;
}

function short(file: string): string {
  if (statSync(file).size > 8_192) throw new Error(`${file} is too long`);
  return readFileSync(file, 'utf8');
}

/** The folders of submodules: the name of one may have slashes, and it may have submodules itself. */
function modulesIn(folder: string): readonly string[] {
  const found: string[] = [];
  const waiting = there(folder) ? [folder] : [];
  for (let looked = 0; waiting.length > 0; looked++) {
    if (looked > 10 * MOST_MODULES || found.length > MOST_MODULES) throw new Error('it has too many submodules');
    const at = waiting.pop()!;
    const module = there(join(at, 'HEAD')) || there(join(at, 'config'));
    if (module) found.push(at);
    if (module) {
      if (there(join(at, 'modules'))) waiting.push(join(at, 'modules'));
      continue;
    }
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (entry.isDirectory() || entry.isSymbolicLink()) waiting.push(join(at, entry.name));
    }
  }
  return found;
}

function there(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // not there: the same as nothing else
  }
}
