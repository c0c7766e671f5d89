import { posix } from 'node:path';
import { findFiles, hasPattern } from '../file-tree.ts';
import { type Finding, type Ground, stricter } from '../ground.ts';
import { type Access, judgePath } from '../judge-path.ts';
import { absolutePath, isInside } from '../path-walk.ts';
import { type Argument, argumentsOf, type Scope } from './argument.ts';
import { guessScope } from './disguises.ts';
import type { FlattenOptions } from './flatten.ts';
import type { Flattened, SimpleCommand } from './simple-command.ts';
import { literalWord, type ShellWord } from './word.ts';

export type Parser = Pick<FlattenOptions, 'parse' | 'forEachChild'>;

export interface CommandOptions {
  readonly parser: Parser;
  /** The tool whose rules are meant. */
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A finding that a rule, the mode or a hook may overcome. */
export function question(reason: string): Finding {
  return { verdict: 'ask', source: 'other', reason };
}

/** One parsed command line before the rules, and how its words lead to files. */
export class CommandCase {
  readonly ground: Ground;
  readonly options: CommandOptions;
  readonly flattened: Flattened;
  /** Places that the command itself fills with files that are not there yet, links perhaps among them. */
  readonly made: string[] = [];

  constructor(ground: Ground, options: CommandOptions, flattened: Flattened) {
    this.ground = ground;
    this.options = options;
    this.flattened = flattened;
  }

  /** The folders in which a command may run, or the session's when that is not known. */
  folders(command: SimpleCommand): readonly string[] {
    const { folders } = command;
    return folders === undefined || folders.length === 0 ? [this.ground.cwd] : folders;
  }

  /** Files that a word may name, as well as can be guessed. */
  guessedPaths(word: ShellWord, command: SimpleCommand): readonly string[] {
    const scope = guessScope(command, this.flattened, this.ground.home);
    return argumentsOf(word, scope).flatMap((argument) =>
      this.folders(command).map((folder) => below(folder, argument.text)),
    );
  }

  /** What is certain of variables: loops over literal words, and those the shell itself keeps. */
  scope(command: SimpleCommand): Scope {
    const { assigned, loopValues } = this.flattened;
    const variables = new Map<string, readonly ShellWord[]>();
    if (!assigned.has('HOME')) variables.set('HOME', [literalWord(this.ground.home)]);
    if (!assigned.has('PWD') && command.folders !== undefined)
      variables.set('PWD', this.folders(command).map(literalWord));
    for (const name of command.loops) {
      const own = loopValues.get(name);
      // a loop variable that is also set elsewhere may have any value
      if (own !== undefined && own.length === assigned.get(name)?.length) variables.set(name, own);
    }
    return { variables, home: this.ground.home, guess: false };
  }

  /** Judges the files that a word can name, in every folder where the command may run. */
  wordFinding(word: ShellWord, access: Access, command: SimpleCommand): Finding {
    let worst: Finding = { verdict: 'allow', source: 'other', reason: '' };
    if (word.unknown) return question(`${word.raw} is not known before the command runs`);
    for (const argument of argumentsOf(word, this.scope(command))) {
      const { text } = argument;
      if (!argument.known) return question(`what file ${word.raw} is cannot be known`);
      if (text === '') return question('a file name is empty');
      if (text.startsWith('-') && !word.plain) return question(`${word.raw} may be a flag`);
      if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text)) return question(`${word.raw} is a URL`);
      if (command.folders === undefined && !text.startsWith('/'))
        return question('the working folder is not known there');
      for (const folder of this.folders(command)) {
        const odd = argument.glob ? this.oddName(folder, argument) : undefined;
        if (odd !== undefined)
          return question(`${word.raw} finds ${odd}, which the shell or the program may take apart`);
        worst = stricter(worst, this.pathFinding(below(folder, text), access));
        if (worst.verdict === 'deny') return worst;
      }
    }
    return worst;
  }

  /** A file that a pattern finds and whose name would count as a flag or, without quotes, as several words. */
  private oddName(folder: string, { text, splits }: Argument): string | undefined {
    const relative = !text.startsWith('/');
    return findFiles(below(folder, text))?.find(
      (file) => (relative && file.startsWith(`${folder}/-`)) || (splits && /[\s*?[\\]/.test(file)),
    );
  }

  /** Judges an absolute path, which may have pattern characters. */
  pathFinding(path: string, access: Access): Finding {
    if (!hasPattern(path)) {
      const place = posix.resolve(path);
      if (this.made.some((made) => isInside(place, made))) {
        return question(`${place} is made by the command itself, and may hold links`);
      }
      return judgePath(this.ground, path, access, 'Bash');
    }
    const stem = path.slice(0, path.search(/[\uE000\uE001]/));
    let worst: Finding = judgePath(this.ground, stem.slice(0, stem.lastIndexOf('/')) || '/', 'read', 'Bash');
    if (access === 'write' && worst.verdict === 'allow') {
      worst = stricter(worst, judgePath(this.ground, path.replace(/[\uE000\uE001]/g, 'x'), access, 'Bash'));
    }
    const files = findFiles(path);
    if (files === undefined) return stricter(worst, question('the pattern finds too many files to look at'));
    for (const file of files) worst = stricter(worst, judgePath(this.ground, file, access, 'Bash'));
    return worst;
  }
}

/** A path from shell text, in which a tilde that is left is a plain character. */
export function below(folder: string, text: string): string {
  return absolutePath(text.startsWith('~') ? `./${text}` : text, folder, '');
}
