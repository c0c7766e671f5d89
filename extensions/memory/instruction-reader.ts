import { realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type FileHead, readHead } from './file-head.ts';
import { isFile, isInside } from './folders.ts';
import type { Instruction, Ledger, Source, WaitingRule } from './ledger.ts';
import { FILE_CHARACTERS, IMPORT_DEPTH, SESSION_CHARACTERS, SESSION_FILES } from './limits.ts';
import { importsOf, withoutComments } from './markdown.ts';
import { ruleOf } from './rule.ts';

/** What decides besides the files themselves. */
export interface ReaderWorld {
  readonly home: string;
  /** True when the user does not want a file: it stands in `claudeMdExcludes`. */
  excluded(path: string, real: string): Promise<boolean>;
  /** True when a file outside of `source.area` may be read, because the folder is trusted. Says so once when not. */
  mayLeave(path: string, parent: string | undefined): Promise<boolean>;
  /** True unless a rule denies reading the file. */
  readable(real: string): Promise<boolean>;
  /** Tells the user, once for each text. */
  say(message: string): void;
  debug(message: string): void;
}

/** How a file came to be read. */
interface Way {
  readonly reason: Instruction['reason'];
  readonly parent?: string;
  /** Imports between it and the file that was looked for. */
  readonly depth: number;
}

/** Characters that no reader sees but a model does, or that reorder what a reader sees. */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** Reads instruction files with what they import: every file once, every text once, all of it within limits. */
export class InstructionReader {
  readonly #world: ReaderWorld;

  constructor(world: ReaderWorld) {
    this.#world = world;
  }

  /** The file and its imports; nothing when it is known, does not count, or cannot be read (which is said). */
  async read(path: string, source: Source, ledger: Ledger, way: Way): Promise<readonly Instruction[]> {
    const head = await this.#open(path, source, ledger, way);
    if (head === undefined) return [];
    const text = this.#cleaned(path, head.text);
    if (source.base === undefined) return this.#accept({ path, text: limited(text, head), source }, ledger, way);
    const rule = ruleOf(text);
    const waiting = { path, text: limited(rule.text, head), source };
    if (rule.globs === undefined) return this.#accept(waiting, ledger, way);
    ledger.rules = [...ledger.rules, { ...waiting, globs: rule.globs }];
    return [];
  }

  /** True when what a link in the project leads to may be read. Says so once when not. */
  mayLeave(link: string): Promise<boolean> {
    return this.#world.mayLeave(link, undefined);
  }

  /** A rule whose time has come. */
  activate(rule: WaitingRule, ledger: Ledger): Promise<readonly Instruction[]> {
    return this.#accept(rule, ledger, { reason: 'path_glob_match', depth: 0 });
  }

  async #open(path: string, source: Source, ledger: Ledger, way: Way): Promise<FileHead | undefined> {
    const world = this.#world;
    try {
      const real = realpathSync(path);
      if (ledger.files.has(real)) return undefined;
      if (source.kind !== 'Managed' && (await world.excluded(path, real))) return undefined;
      if (source.above === true && isForeign(real)) {
        world.say(`${path} is not read: it lies above the project and belongs to another user`);
        return undefined;
      }
      const leaves = source.area !== undefined && !isInside(real, source.area);
      if (leaves && !(await world.mayLeave(path, way.parent))) return undefined;
      if ((leaves || way.parent !== undefined) && !(await world.readable(real))) {
        world.say(
          `${path}${way.parent === undefined ? '' : `, imported by ${way.parent},`} is not read: a rule denies it`,
        );
        return undefined;
      }
      if (ledger.files.size >= SESSION_FILES) {
        ledger.leftOut.push(path);
        world.say(`${path} is left out: a session has at most ${SESSION_FILES} instruction files`);
        return undefined;
      }
      ledger.files.add(real);
      return readHead(real);
    } catch (error) {
      world.say(`${path} is left out: it ${reasonOf(error)}`);
      return undefined;
    }
  }

  #cleaned(path: string, text: string): string {
    const plain = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
    const seen = plain.replace(HIDDEN, '');
    if (seen !== plain) this.#world.say(`${path} holds invisible characters; they are left out`);
    return withoutComments(seen);
  }

  async #accept(
    { path, text, source, globs }: Omit<WaitingRule, 'globs'> & { readonly globs?: readonly string[] },
    ledger: Ledger,
    way: Way,
  ): Promise<readonly Instruction[]> {
    const { reason, parent } = way;
    const body = text.trim();
    if (body === '' || ledger.texts.has(body)) return [];
    if (ledger.characters + body.length > SESSION_CHARACTERS) {
      ledger.leftOut.push(path);
      this.#world.say(`${path} is left out: all instruction files together may have ${SESSION_CHARACTERS} characters`);
      return [];
    }
    ledger.texts.add(body);
    ledger.characters += body.length;
    const found: Instruction[] = [
      { path, kind: source.kind, text: body, reason, ...(parent && { parent }), ...(globs && { globs }) },
    ];
    for (const target of this.#imports(path, body)) {
      if (way.depth >= IMPORT_DEPTH) {
        this.#world.say(`${target}, imported by ${path}, is left out: imports go ${IMPORT_DEPTH} files deep`);
        continue;
      }
      const { base: _patternsAreOfRules, ...from } = source;
      found.push(...(await this.read(target, from, ledger, { reason: 'include', parent: path, depth: way.depth + 1 })));
    }
    return found;
  }

  /** The files that a text imports. A mention that names none may be a person or a package. */
  #imports(path: string, text: string): readonly string[] {
    const found: string[] = [];
    for (const mention of importsOf(text)) {
      const target = [mention, mention.replace(/[.,;:!?)\]}'"*]+$/, '')]
        .map((one) => (/^~(\/|$)/.test(one) ? join(this.#world.home, one.slice(1)) : resolve(dirname(path), one)))
        .find(isFile);
      if (target === undefined) this.#world.debug(`@${mention} in ${path} names no file`);
      else found.push(target);
    }
    return found;
  }
}

function limited(text: string, { cut, bytes }: FileHead): string {
  if (!cut && text.length <= FILE_CHARACTERS) return text;
  const kept = text.slice(0, FILE_CHARACTERS).replace(/[\ud800-\udbff]$/, '');
  return `${kept}\n\n[Cut here: the file has ${bytes} bytes, of which ${kept.length} characters are given. Read the file for the rest.]`;
}

/** Root may write anywhere anyway. */
function isForeign(path: string): boolean {
  const own = process.getuid?.();
  const { uid } = statSync(path);
  return own !== undefined && uid !== own && uid !== 0;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'is a link to nothing';
  if (code === 'ELOOP') return 'is a link that leads in a circle';
  return code === 'EACCES' || code === 'EPERM' ? 'cannot be read: no permission' : message;
}
