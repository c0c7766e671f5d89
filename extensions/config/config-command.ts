import { type Host, type Invocation, type Manifest, UsageError } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { checkKey, typedValue } from './check-key.ts';
import { getDotted, isPart } from './dotted.ts';
import { knownKeys, unusedBecause } from './known-keys.ts';
import { asJson, plain } from './printable.ts';
import type { Settings } from './settings.ts';
import { type Entry, entriesOf } from './settings-entries.ts';

const WORDS = ['get', 'set', 'unset', 'list'];
type Scope = 'user' | 'project' | 'local';

/**
 * `config get|set|unset|list`. Gives the exit code: 1 when a key that was asked for is not set.
 * @param manifests of the extensions, which say what may stand under `extensions.<id>`
 */
export async function runConfig(
  settings: Settings,
  host: Host,
  { args, flags }: Invocation,
  manifests: readonly Manifest[],
): Promise<number> {
  const [word = '', key, value] = args;
  const json = flags.json === true;
  const scope = (flags.scope as Scope | undefined) ?? 'user';
  const write = (text: string) => host.stdout.write(text);
  switch (word) {
    case 'list':
      if (key !== undefined) throw new UsageError('config list takes no key; config get KEY shows one');
      await write(json ? listAsJson(settings) : list(settings));
      return 0;
    case 'get': {
      if (value !== undefined) throw new UsageError('config get takes one key');
      const found = settings.get(needed(key, 'get'));
      if (found === undefined) {
        await host.stderr.write(`${host.distro.command}: ${shown(key)} is not set${hint(key!)}\n`);
        return 1;
      }
      await write(json || typeof found !== 'string' ? `${asJson(found, 2)}\n` : `${plain(found)}\n`);
      return 0;
    }
    case 'set': {
      const name = needed(key, 'set');
      if (value === undefined) throw new UsageError(`config set ${name} needs a value; config unset removes a key`);
      const given = typedValue(name, value);
      if (flags.force !== true) checkKey(name, given, manifests, host.distro.name);
      await settings.set(scope, name, given);
      const left = settings.counted.some(
        ({ path, value: held }) => path === settings.file(scope) && getDotted(held, name) !== undefined,
      );
      const unused = unusedBecause(name);
      const note = left ? effect(settings, scope, name) : `; it does not count: ${whyNot(settings, scope, name)}`;
      const more = unused === undefined ? '' : `; it has no effect: ${unused}`;
      await host.stderr.write(`${plain(name)} is set in ${settings.file(scope)}${note}${more}\n`);
      return 0;
    }
    case 'unset': {
      if (value !== undefined) throw new UsageError('config unset takes one key');
      await settings.set(scope, needed(key, 'unset'), undefined);
      await host.stderr.write(`${key} is not set in ${settings.file(scope)}${effect(settings, scope, key!)}\n`);
      return 0;
    }
    default: {
      const meant = nearest(word, WORDS);
      const near = meant === undefined ? '' : `; did you mean ${meant}?`;
      throw new UsageError(`config: ${JSON.stringify(word)} is not one of ${WORDS.join(', ')}${near}`);
    }
  }
}

function needed(key: string | undefined, word: string): string {
  if (key === undefined || key === '')
    throw new UsageError(`config ${word} needs a key, such as model or permissions.allow`);
  return key;
}

/** Why a key of a file does not count, in the words of the settings. */
function whyNot(settings: Settings, scope: Scope, key: string): string {
  const path = settings.file(scope);
  const found = settings
    .problems()
    .find((one) => one.path === path && one.key?.split(', ').some((name) => isPart(key, name) || isPart(name, key)));
  return plain(found?.message.replace(/^.* skipped: /, '') ?? 'a stronger file or the folder’s trust forbids it');
}

/** Says what keeps a change from having an effect. */
function effect(settings: Settings, scope: Scope, key: string): string {
  const own = settings.counted.find(({ path }) => path === settings.file(scope));
  const strongest = settings.counted.find((layer) => getDotted(layer.value, key) !== undefined);
  const has = own !== undefined && getDotted(own.value, key) !== undefined;
  if (!has && strongest === undefined) return '';
  if (!has) return `; ${whereOf(strongest!)} still has it`;
  return strongest === own || Array.isArray(settings.get(key))
    ? ''
    : `; ${whereOf(strongest!)} has it too, and is stronger`;
}

function list(settings: Settings): string {
  const lines = entriesOf(settings).map(
    ({ key, value, sources }) =>
      `${shown(key)} = ${hidden(key, value) ? '(hidden)' : asJson(value)}  (${sources.map(whereOf).join(', ')})`,
  );
  const problems = [
    ...settings.problems().map(({ message }) => `  ${plain(message)}`),
    ...unusedKeys(settings).map(([key, why]) => `  ${shown(key)} has no effect: ${why}`),
  ];
  if (lines.length === 0) lines.push('Nothing is set; the defaults count.');
  return `${[...lines, ...(problems.length === 0 ? [] : ['', 'Problems:', ...problems])].join('\n')}\n`;
}

/** Keys that are set and do nothing, with the reason. */
function unusedKeys(settings: Settings): readonly (readonly [key: string, why: string])[] {
  return Object.keys(settings.merged).flatMap((key) => {
    const why = unusedBecause(key);
    return why === undefined ? [] : [[key, why] as const];
  });
}

function listAsJson(settings: Settings): string {
  const keys = entriesOf(settings).map(({ key, value, sources }) => ({
    key,
    ...(hidden(key, value) ? { hidden: true } : { value }),
    sources,
  }));
  return `${asJson({ settings: keys, problems: settings.problems() }, 2)}\n`;
}

/** A value that may be a secret is shown to those who ask for it by its key. */
function hidden(key: string, value: unknown): boolean {
  return typeof value === 'string' && /(key|token|headers|secret|passw(or)?d|credentials?|authorization)$/i.test(key);
}

function whereOf({ source, path }: Entry['sources'][number]): string {
  return path === undefined ? source : `${source} ${plain(path)}`;
}

function hint(key: string): string {
  const meant = nearest(key, knownKeys());
  return meant === undefined || meant === key ? '' : `; did you mean ${meant}?`;
}

function shown(key: unknown): string {
  return plain(String(key));
}
