import { dirname, join, relative, resolve, sep } from 'node:path';
import type { InstructionsLoaded, SessionRef } from 'tenon/plugin-api';
import { foldersDownTo, isFile, isFolder, isInside, realOf, rulesIn } from './folders.ts';
import type { InstructionReader } from './instruction-reader.ts';
import { instructionTexts } from './instruction-text.ts';
import { type Instruction, Ledger, type Source } from './ledger.ts';
import { fitsPattern } from './path-patterns.ts';

/** Where instruction files are looked for. All absolute. */
export interface MemoryPlaces {
  readonly managed: string;
  readonly user: string;
  /** The name of the settings folder of a project. */
  readonly folder: string;
  /** Where the session was started. */
  readonly root: string;
  /** The repository around it, or itself; without symbolic links. */
  readonly project: string;
  readonly sources: ReadonlySet<string>;
}

type Heard = (loaded: Omit<InstructionsLoaded, 'session'>) => void;

/** The instruction files of one session: those it starts with, and those of the files it touches. */
export class SessionMemory {
  readonly #places: MemoryPlaces;
  readonly #reader: InstructionReader;
  readonly #heard: Heard;
  #opened: Promise<{ readonly texts: readonly string[]; readonly ledger: Ledger }> | undefined;
  #ledger: Ledger | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(places: MemoryPlaces, reader: InstructionReader, heard: Heard) {
    this.#places = places;
    this.#reader = reader;
    this.#heard = heard;
  }

  /** The texts that the session starts with: the same bytes at every call until `forget`. */
  async opening(reason: InstructionsLoaded['reason'] = 'session_start'): Promise<readonly string[]> {
    return (await this.#open(reason)).texts;
  }

  /** The conversation starts anew, and files may have changed. */
  forget(): void {
    this.#opened = undefined;
    this.#ledger = undefined;
  }

  /** A memory for a subagent, which starts with the same texts and touches files of its own. */
  forSubagent(heard: Heard): SessionMemory {
    const own = new SessionMemory(this.#places, this.#reader, heard);
    own.#opened = this.#open('session_start');
    return own;
  }

  /** Texts about a file that was read or changed, where there are any that the session does not have. */
  touched(session: SessionRef, path: string): Promise<readonly string[]> {
    // one after the other: calls that run side by side must not both bring the same file
    const done = this.#queue.then(() => this.#touch(resolve(session.cwd, path)));
    this.#queue = done.catch(() => undefined); // the caller hears of it
    return done;
  }

  #open(reason: InstructionsLoaded['reason']) {
    this.#opened ??= this.#readOpening(reason);
    return this.#opened;
  }

  async #readOpening(reason: InstructionsLoaded['reason']) {
    const { managed, user, root, project, sources } = this.#places;
    const ledger = new Ledger();
    const way = { reason, depth: 0 } as const;
    const found: Instruction[] = [];
    const read = async (path: string, source: Source) => {
      if (isFile(path)) found.push(...(await this.#reader.read(path, source, ledger, way)));
    };
    await read(join(managed, 'CLAUDE.md'), { kind: 'Managed' });
    if (sources.has('user')) {
      await read(join(user, 'CLAUDE.md'), { kind: 'User' });
      for (const path of rulesIn(join(user, 'rules')).files) await read(path, { kind: 'User', base: project });
    }
    for (const dir of foldersDownTo(root)) found.push(...(await this.#folder(dir, ledger, reason)));
    this.#tell(found);
    return { texts: instructionTexts(found, ledger.leftOut), ledger };
  }

  /** The files of one folder on the way. */
  async #folder(dir: string, ledger: Ledger, reason: Instruction['reason']): Promise<readonly Instruction[]> {
    if (ledger.folders.has(dir)) return [];
    ledger.folders.add(dir);
    const { folder, user, project, sources } = this.#places;
    const real = realOf(dir);
    const above = !isInside(real, project);
    const source: Source = { kind: 'Project', area: above ? real : project, above };
    const found: Instruction[] = [];
    const read = async (path: string, from: Source) => {
      if (isFile(path)) found.push(...(await this.#reader.read(path, from, ledger, { reason, depth: 0 })));
    };
    if (sources.has('project')) {
      const settings = join(dir, folder);
      // in the home folder it is the user's own
      const own = isFolder(settings) && realOf(settings) !== realOf(user);
      await read(join(dir, 'CLAUDE.md'), source);
      if (own) await read(join(settings, 'CLAUDE.md'), source);
      await read(join(dir, 'AGENTS.md'), source);
      for (const path of own ? await this.#rules(join(settings, 'rules'), source.area!) : []) {
        await read(path, { ...source, base: real });
      }
    }
    if (sources.has('local')) await read(join(dir, 'CLAUDE.local.md'), { ...source, kind: 'Local' });
    return found;
  }

  /** Rules of the project. What a link outside of it leads to is looked at once the folder is trusted. */
  async #rules(folder: string, area: string): Promise<readonly string[]> {
    const { files, outside } = rulesIn(folder, area);
    const more: string[] = [];
    for (const link of outside) if (await this.#reader.mayLeave(link)) more.push(...rulesIn(link).files);
    return more.length === 0 ? files : [...files, ...more].sort();
  }

  async #touch(path: string): Promise<readonly string[]> {
    this.#ledger ??= new Ledger((await this.#open('session_start')).ledger);
    const ledger = this.#ledger;
    const { root, project } = this.#places;
    const real = realOf(path);
    if (!isInside(real, project)) return [];
    const known = ledger.leftOut.length;
    const found: Instruction[] = [];
    // by the names the session uses, as far as they lead there
    const dir = isInside(path, root) ? dirname(path) : dirname(real);
    for (const at of foldersDownTo(dir)) {
      if (!isInside(realOf(at), project) || isForeignCode(relative(project, realOf(at)))) continue;
      found.push(...(await this.#folder(at, ledger, 'nested_traversal')));
    }
    const waiting = ledger.rules;
    for (const rule of waiting) {
      const way = relative(rule.source.base ?? project, real);
      if (way.startsWith('..') || !(await fitsPattern(way, rule.globs))) continue;
      ledger.rules = ledger.rules.filter((one) => one !== rule);
      found.push(...(await this.#reader.activate(rule, ledger)));
    }
    this.#tell(found, path);
    return instructionTexts(found, ledger.leftOut.slice(known));
  }

  #tell(found: readonly Instruction[], trigger?: string): void {
    for (const { path, kind, reason, parent, globs } of found) {
      this.#heard({
        path,
        kind,
        reason,
        ...(parent && { parent }),
        ...(globs && { globs }),
        ...(trigger && { trigger }),
      });
    }
  }
}

/** Packages of others lie in the project, but do not speak for it. */
function isForeignCode(way: string): boolean {
  return way.split(sep).some((name) => name === 'node_modules' || name === '.git');
}
