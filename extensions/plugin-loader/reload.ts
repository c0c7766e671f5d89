import {
  type Entry,
  type ExtensionApi,
  type ExtensionStatus,
  Extensions,
  Loop,
  type ReloadOutcome,
} from 'tenon/plugin-api';
import type { KnownExtension, Loader } from './loader.ts';
import type { LoaderSettings } from './manifest.ts';
import type { Candidate } from './places.ts';
import { changedSince, stateOf } from './source-files.ts';

type Api = ExtensionApi<LoaderSettings>;
/** States of an extension whose place the next version takes over, rather than fills. */
const ALIVE: readonly ExtensionStatus['state'][] = ['idle', 'starting', 'active'];

/** One look at all places, and what follows from it. */
export class Reload {
  readonly #api: Api;
  readonly #loader: Loader;

  constructor(api: Api, loader: Loader) {
    this.#api = api;
    this.#loader = loader;
  }

  async run(options: { readonly ids?: readonly string[]; readonly wait?: boolean }): Promise<readonly ReloadOutcome[]> {
    const { ids = [], wait = true } = options;
    const { known } = this.#loader;
    const found = await this.#loader.findAll();
    const outcomes: ReloadOutcome[] = [];
    for (const [path, one] of [...known]) {
      if (found.some(([candidate]) => candidate.path === path)) continue;
      known.delete(path);
      // another version that was installed beside it takes its place
      const moved = found.find(([{ path: other }, { entry }]) => entry.manifest.id === one.id && !known.has(other));
      if (moved === undefined) outcomes.push(await this.#remove(one.id));
      else known.set(moved[0].path, { ...one, candidate: moved[0], state: '' });
    }
    for (const [candidate, { entry, problem }] of found) {
      const before = known.get(candidate.path);
      const id = before?.id ?? entry.manifest.id;
      const state = stateOf(candidate.path);
      if (before !== undefined && !changed(before, state) && !ids.includes(id)) {
        outcomes.push({ id, outcome: 'kept', message: `${id} has not changed` });
        continue;
      }
      // also of one that fails: it is tried again when it changes again
      if (before !== undefined) before.state = state;
      outcomes.push(
        problem === undefined
          ? await this.#take(candidate, before, entry, wait)
          : { id, outcome: 'failed', message: `${id} is not reloaded: ${problem}${this.#goesOn(id)}` },
      );
    }
    return outcomes;
  }

  async #remove(id: string): Promise<ReloadOutcome> {
    try {
      const extensions = await this.#extensions();
      await this.#atBoundary(() => extensions.release(id));
      return { id, outcome: 'removed', message: `${id} is gone and was released` };
    } catch (error) {
      return { id, outcome: 'failed', message: `${id} is gone and cannot be released: ${messageOf(error)}` };
    }
  }

  async #take(
    candidate: Candidate,
    before: KnownExtension | undefined,
    entry: Entry,
    wait: boolean,
  ): Promise<ReloadOutcome> {
    const { id, version } = entry.manifest;
    try {
      const extensions = await this.#extensions();
      if (before !== undefined && before.id !== id && !id.startsWith('file:')) {
        await this.#atBoundary(() => extensions.release(before.id));
      }
      const old = (await this.#status(id))?.state;
      if (old !== undefined && ALIVE.includes(old)) {
        const done = this.#swap(entry, extensions);
        if (wait) await done;
        else {
          done.catch((error: unknown) => this.#api.log.warn(this.#failure(id, error)));
          return { id, outcome: 'reloaded', message: `${id} ${version} takes over after this turn` };
        }
      } else {
        await extensions.add([entry]);
        await extensions.start(id);
        const { state, reason } = (await this.#status(id)) ?? { state: 'failed', reason: 'it was refused' };
        if (state !== 'active') throw new Error(reason ?? state);
      }
      this.#loader.note(candidate, id);
      const again = before !== undefined;
      return {
        id,
        outcome: again ? 'reloaded' : 'added',
        message: `${id} ${version} ${again ? 'was reloaded' : 'is new and runs'}`,
      };
    } catch (error) {
      return { id, outcome: 'failed', message: this.#failure(id, error) };
    }
  }

  /** Starts the new version beside the old one; between two turns it takes over. */
  async #swap(entry: Entry, extensions: Extensions): Promise<void> {
    const swap = await extensions.prepare(entry);
    try {
      await this.#atBoundary(() => swap.commit());
    } catch (error) {
      await swap.cancel();
      throw error;
    }
  }

  async #atBoundary(change: () => Promise<void>): Promise<void> {
    // without a loop that runs there are no turns
    const loop = this.#api.has(Loop) ? this.#api.maybe(Loop) : undefined;
    await (loop === undefined ? change() : loop.atBoundary(change));
  }

  #failure(id: string, error: unknown): string {
    return `${id} is not reloaded: ${messageOf(error)}${this.#goesOn(id)}`;
  }

  #goesOn(id: string): string {
    const old = this.#api
      .maybe(Extensions)
      ?.list()
      .find(({ manifest }) => manifest.id === id);
    return old?.state === 'active' ? `; version ${old.manifest.version} goes on` : '';
  }

  async #status(id: string): Promise<ExtensionStatus | undefined> {
    return (await this.#extensions()).list().find(({ manifest }) => manifest.id === id);
  }

  #extensions(): Promise<Extensions> {
    return this.#api.use(Extensions);
  }
}

function changed({ candidate, state, since }: KnownExtension, now: string): boolean {
  return state === undefined ? changedSince(candidate.path, since) : state !== now;
}

/** Tells everybody who is there what became of extensions whose files have changed. */
export function sayOutcomes(api: Api, outcomes: readonly ReloadOutcome[]): void {
  for (const { outcome, message } of outcomes) {
    if (outcome !== 'kept') say(api, outcome === 'failed' ? 'warning' : 'info', message);
  }
}

/** Tells everybody that files have changed while a model was at work, and what to do. */
export function sayWaiting(api: Api): void {
  say(api, 'info', 'files of extensions have changed while the model was at work; /reload runs the new versions');
}

function say(api: Api, level: 'info' | 'warning', message: string): void {
  if (level === 'warning') api.log.warn(message);
  else api.log.info(message);
  const sessions = (api.has(Loop) ? api.maybe(Loop) : undefined)?.sessions() ?? [];
  for (const session of sessions) session.inform(level, message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
