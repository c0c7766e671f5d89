import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ExtensionApi, type Invocation, Plugins, UsageError } from 'tenon/plugin-api';
import { runBounded } from 'tenon/plugin-api/lib/run-bounded';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import { isObject, readJsonObject, writeJsonObject } from './json-file.ts';
import { allExtensions, setDisabled } from './native-extensions.ts';
import { change, type Outcome } from './outcome.ts';
import { type Store, setNamed, settingsOf } from './store.ts';
import { StoreError } from './store-error.ts';

/** Milliseconds for one run of the command. */
const LIMIT = 300_000;
const STOP = 'stop';

/** A search that has begun. It is written down before every step, so that one that was killed goes on. */
interface Search {
  readonly command: string;
  /** The plugins and extensions of the user that were switched on. */
  readonly all: readonly string[];
  /** Whether the command failed with these alone, by their names joined with blanks. */
  readonly failed: Readonly<Record<string, boolean>>;
}

/**
 * `plugin bisect COMMAND` (also `doctor --bisect COMMAND`): which of the plugins and extensions that the user has switched
 * on makes a command fail. Without a command it goes on with a search that was interrupted; `stop` gives that up. In
 * either case all is switched on again at the end.
 */
export function runBisect(api: ExtensionApi, args: readonly string[], flags: Invocation['flags']): Promise<number> {
  const [word, ...more] = args;
  if (more.length > 0) throw new UsageError('plugin bisect takes one command; put it between quotes');
  return change(api, 'bisect', flags, async (store) => {
    const kept = await keptSearch(store);
    if (word === STOP) {
      if (kept === undefined) return { message: 'There is no search to be stopped' };
      await finish(store, kept);
      return { message: `Stopped; switched on again: ${kept.all.join(', ')}` };
    }
    if (word === undefined && kept === undefined)
      throw new UsageError('plugin bisect: the command that fails is missing, such as "tenon -p hello"');
    const search =
      kept !== undefined && (word === undefined || word === kept.command) ? kept : await begin(store, word!, kept);
    try {
      return await find(store, search);
    } finally {
      await finish(store, search);
    }
  });
}

async function find(store: Store, search: Search): Promise<Outcome> {
  const found = (message: string, culprits: readonly string[]): Outcome => ({ message, fields: { culprits } });
  const { all, command } = search;
  if (all.length === 0) throw new StoreError('not-found', 'no plugin or extension of the user is switched on');
  const tester = new Tester(store, search);
  if (!(await tester.fails(all))) return found(`\`${command}\` works with everything switched on`, []);
  if (await tester.fails([])) return found(`\`${command}\` fails without plugins and extensions too`, []);
  let suspects = all;
  while (suspects.length > 1) {
    const half = Math.ceil(suspects.length / 2);
    const [first, second] = [suspects.slice(0, half), suspects.slice(half)];
    if (await tester.fails(first)) suspects = first;
    else if (await tester.fails(second)) suspects = second;
    else
      return found(`\`${command}\` fails only when several of these are on together: ${suspects.join(', ')}`, suspects);
  }
  const [culprit] = suspects;
  return {
    ...found(`\`${command}\` fails because of ${culprit}`, suspects),
    lines: [`  to switch it off: ${store.host.distro.command} plugin disable ${culprit}`],
  };
}

class Tester {
  readonly #store: Store;
  #search: Search;

  constructor(store: Store, search: Search) {
    this.#store = store;
    this.#search = search;
  }

  /** Whether the command fails while only these are switched on. */
  async fails(on: readonly string[]): Promise<boolean> {
    const { command, all, failed } = this.#search;
    const key = on.join(' ');
    const known = failed[key];
    if (known !== undefined) return known;
    await switchTo(this.#store, all, on);
    const { host, signal } = this.#store;
    const ran = await runBounded(command, {
      env: host.env,
      cwd: host.cwd,
      limitMs: LIMIT,
      maxBytes: 16 * 1024 * 1024,
      signal,
    });
    if (signal.aborted) throw new StoreError('interrupted', 'interrupted; without a command the search goes on');
    const fails = ran.code !== 0;
    await this.#store.say(`with ${on.length === 0 ? 'none' : on.join(', ')}: ${fails ? 'fails' : 'works'}`);
    this.#search = { ...this.#search, failed: { ...failed, [key]: fails } };
    await keep(this.#store, this.#search);
    return fails;
  }
}

async function begin(store: Store, command: string, kept: Search | undefined): Promise<Search> {
  if (kept !== undefined) await finish(store, kept);
  const { enabledPlugins } = await settingsOf(store, 'user');
  const installed = store.api.has(Plugins) ? await (await store.api.use(Plugins)).installed() : [];
  const plugins = installed.filter(({ id }) => isObject(enabledPlugins) && enabledPlugins[id] === true);
  const extensions = allExtensions(store).filter(({ enabled }) => enabled);
  const all = [...plugins.map(({ id }) => id), ...extensions.map(({ name }) => name)];
  const search = { command, all, failed: {} };
  await keep(store, search);
  return search;
}

async function switchTo(store: Store, all: readonly string[], on: readonly string[]): Promise<void> {
  const extensions = allExtensions(store).map(({ name }) => name);
  for (const id of all) {
    if (extensions.includes(id)) await setDisabled(store, id, !on.includes(id));
    else await setNamed(store, 'user', 'enabledPlugins', id, on.includes(id));
  }
}

/** Switches everything on again. */
async function finish(store: Store, { all }: Search): Promise<void> {
  await switchTo(store, all, all);
  rmSync(fileOf(store), { force: true });
}

async function keptSearch(store: Store): Promise<Search | undefined> {
  const kept = await readJsonObject(fileOf(store)).catch(() => undefined); // half of a search is none
  if (kept === undefined || typeof kept.command !== 'string' || !Array.isArray(kept.all) || !isObject(kept.failed))
    return undefined;
  return kept as unknown as Search;
}

function keep(store: Store, search: Search): Promise<void> {
  return writeJsonObject(fileOf(store), search);
}

function fileOf({ host }: Store): string {
  return join(userFolder(host), 'tenon', 'bisect.json');
}
