import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { manifestFiles } from 'tenon/plugin-api/lib/native-manifest';
import { isObject, textIn } from './json-file.ts';
import { keepLocked, lockedPlugins } from './lock-file.ts';
import type { Outcome } from './outcome.ts';
import { stagingFolder } from './staging.ts';
import { type Store, settingsOf } from './store.ts';

/** An extension that was installed: `<id>/<version>/` in the folder of extensions. */
export interface InstalledExtension {
  readonly name: string;
  /** The one that runs. */
  readonly version: string;
  /** Its folder. */
  readonly path: string;
  readonly enabled: boolean;
}

/** The installed extensions, by name. */
export function allExtensions(store: Store): readonly InstalledExtension[] {
  const { extensions } = store.folders;
  const names = namesIn(extensions).flatMap((name) =>
    name.startsWith('@') ? namesIn(join(extensions, name)).map((below) => `${name}/${below}`) : [name],
  );
  const off = disabledOf(store.config.extension('plugin-loader'));
  return names.flatMap((name) => {
    const folder = join(extensions, name);
    const version = currentOf(folder);
    if (version === undefined) return [];
    return [{ name, version, path: join(folder, version), enabled: !off.includes(name) }];
  });
}

export function isExtension(store: Store, word: string): boolean {
  return allExtensions(store).some(({ name }) => name === word);
}

/** The key of an extension in the lock file. */
export function lockKey(name: string): string {
  return `extension:${name}`;
}

/** Takes an extension away as a whole; its folder is emptied later. */
export async function uninstallExtension(store: Store, name: string): Promise<Outcome> {
  const { folders } = store;
  const bin = stagingFolder(folders);
  mkdirSync(bin, { recursive: true });
  renameSync(join(folders.extensions, name), join(bin, 'extension'));
  await keepLocked(folders, new Map([[lockKey(name), undefined]]));
  if (disabledOf(store.config.extension('plugin-loader')).includes(name)) await setDisabled(store, name, false);
  return { message: `Uninstalled the extension ${name}`, plugin: name, pluginId: name, scope: 'user' };
}

export async function switchExtension(store: Store, name: string, on: boolean): Promise<Outcome> {
  await setDisabled(store, name, !on);
  return {
    message: `Switched ${on ? 'on' : 'off'}: ${name}`,
    plugin: name,
    pluginId: name,
    scope: 'user',
    fields: { enabled: on },
  };
}

export async function updateExtension(store: Store, name: string): Promise<Outcome> {
  const spec = (await lockedPlugins(store.folders)).get(lockKey(name))?.spec;
  if (spec === undefined)
    return {
      message: `${name} was put there by hand, so that nothing is known of where it came from`,
      failed: 'unsupported',
      plugin: name,
    };
  const { installExtension } = await import('./install-extension.ts');
  return installExtension(store, spec, 'update');
}

export async function extensionInfo(store: Store, name: string): Promise<Readonly<Record<string, unknown>>> {
  const one = allExtensions(store).find((other) => other.name === name)!;
  const locked = (await lockedPlugins(store.folders)).get(lockKey(name));
  const { nativeClaims } = await import('./install-extension.ts');
  const { manifest, claims } = await nativeClaims(one.path);
  return {
    plugin: name,
    pluginId: name,
    kind: 'extension',
    installed: true,
    description: textIn(manifest?.description),
    version: one.version,
    enabled: one.enabled,
    installPath: one.path,
    source: locked?.source,
    integrity: locked?.versions,
    claims,
  };
}

/** Switches an extension off in the settings of the user, or on again. */
export async function setDisabled(store: Store, name: string, off: boolean): Promise<void> {
  const { extensions } = await settingsOf(store, 'user');
  const own = isObject(extensions) ? extensions['plugin-loader'] : undefined;
  const before = disabledOf(isObject(own) ? own : {});
  if (before.includes(name) === off) return;
  const after = off ? [...before, name] : before.filter((one) => one !== name);
  // objects that would be left empty go too
  const alone = after.length === 0 && isObject(own) && Object.keys(own).length === 1;
  const only = alone && isObject(extensions) && Object.keys(extensions).length === 1;
  const key = only ? 'extensions' : alone ? 'extensions.plugin-loader' : 'extensions.plugin-loader.disabled';
  await store.config.set('user', key, after.length === 0 ? undefined : after);
}

function disabledOf(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const { disabled } = settings;
  return Array.isArray(disabled) ? disabled.filter((one): one is string => typeof one === 'string') : [];
}

/** The version that runs; `undefined` where nothing is installed. */
function currentOf(folder: string): string | undefined {
  const versions = namesIn(folder).filter((name) => manifestFiles(join(folder, name)).some((file) => existsSync(file)));
  try {
    const current = readFileSync(join(folder, 'current'), 'utf8').trim();
    if (versions.includes(current)) return current;
  } catch {
    // nothing says which; then any
  }
  return versions.at(-1);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return []; // nothing was installed, or it is a file
  }
}
