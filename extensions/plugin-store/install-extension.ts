import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { type NativeExtension, readNativeManifest } from 'tenon/plugin-api/lib/native-manifest';
import { type Claims, changedClaims, NO_CLAIMS, shownClaims } from './claims.ts';
import { readJsonObject, textIn } from './json-file.ts';
import { checkLocked, keepLocked, lockedPlugins } from './lock-file.ts';
import { allExtensions, lockKey } from './native-extensions.ts';
import type { Outcome } from './outcome.ts';
import { isRepo, withoutSecret } from './source.ts';
import { moveInto, stagingFolder } from './staging.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';
import { copyTree, MOST_BYTES, treeIntegrity } from './tree.ts';

/** Where an extension comes from. */
type ExtensionSource =
  | { readonly kind: 'folder' | 'archive'; readonly path: string }
  | { readonly kind: 'download'; readonly url: string }
  | { readonly kind: 'git'; readonly url: string; readonly ref?: string }
  | { readonly kind: 'npm'; readonly package: string; readonly version?: string };

/** The source that a word names; `undefined` for the name of a plugin of a marketplace. */
export function extensionSourceOf(word: string, { host }: Pick<Store, 'host'>): ExtensionSource | undefined {
  if (/^(?:\.{1,2}(?:\/|$)|\/|~\/)/.test(word)) {
    const path = word.startsWith('~/') ? join(host.home, word.slice(2)) : resolve(host.cwd, word);
    return { kind: /\.(?:tgz|tar\.gz|tar)$/.test(path) ? 'archive' : 'folder', path };
  }
  const npm = /^(?:npm:)((?:@[^@/]+\/)?[^@/]+)(?:@(.+))?$/.exec(word) ?? /^(@[^@/]+\/[^@/]+)(?:@(.+))?$/.exec(word);
  if (npm !== null) return { kind: 'npm', package: npm[1]!, ...(npm[2] !== undefined && { version: npm[2] }) };
  const [, github, at] = /^github:([^@#]+)(?:[@#](.+))?$/.exec(word) ?? [];
  if (github !== undefined && isRepo(github))
    return { kind: 'git', url: `https://github.com/${github}.git`, ...(at !== undefined && { ref: at }) };
  if (/^https?:\/\/.*\.(?:tgz|tar\.gz)$/.test(word)) return { kind: 'download', url: word };
  const [, address = word, ref] = /^(?:git\+)?(.*?)(?:#(.+))?$/.exec(word) ?? [];
  if (/^(?:https?|ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:/.test(address))
    return { kind: 'git', url: address, ...(ref !== undefined && { ref }) };
  return undefined;
}

/**
 * Installs an extension, or another version of it.
 * @param spec as the user wrote it
 */
export async function installExtension(store: Store, spec: string, verb: 'install' | 'update'): Promise<Outcome> {
  const source = extensionSourceOf(spec, store)!;
  const staging = stagingFolder(store.folders);
  const folder = join(staging, 'extension');
  const commit = await fetchInto(store, source, join(staging, 'work'), folder);
  const { native, manifest, claims } = await nativeClaims(folder);
  if (native === undefined)
    throw new StoreError('not-an-extension', await notAnExtension(spec, folder, store.host.distro.command));
  const name = textIn(manifest?.id);
  if (name === undefined || !/^(?:@[\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(name))
    throw new StoreError(
      'bad-plugin',
      `${spec}: its manifest has no usable "id"; an extension that is installed needs a tenon.json, or "tenon" in its package.json`,
    );
  const version = textIn(manifest?.version) ?? commit?.slice(0, 12) ?? '0.0.0';
  if (!/^\w[\w.+-]{0,99}$/.test(version))
    throw new StoreError('bad-plugin', `${spec}: ${JSON.stringify(version)} cannot be a version`);
  const integrity = treeIntegrity(folder, ['node_modules']);
  const old = allExtensions(store).find((one) => one.name === name);
  const locked = (await lockedPlugins(store.folders)).get(lockKey(name));
  const target = join(store.folders.extensions, name, version);
  const same = old?.version === version && locked?.versions[version] === integrity;
  if (same) return { message: `${name} is up to date (${version})`, ...described(name), fields: { version } };
  checkLocked(name, version, integrity, locked);
  const changes = old === undefined ? [] : changedClaims((await nativeClaims(old.path)).claims, claims);
  if (verb === 'update' && changes.length > 0) {
    await store.say(
      [`${name} ${old?.version} -> ${version} changes what it says that it needs:`, ...changes].join('\n'),
    );
    if (!(await store.confirm('Update it?')))
      throw new StoreError(
        'refused',
        `${name} is as it was: what it says that it needs has changed, and that was not agreed to; add --yes`,
      );
  }
  await addPackages(store, folder);
  await moveInto(folder, target);
  await atomicWrite(join(store.folders.extensions, name, 'current'), `${version}\n`);
  await keepLocked(
    store.folders,
    new Map([
      [
        lockKey(name),
        {
          versions: { ...locked?.versions, [version]: integrity },
          source: withoutSecret(spec),
          spec: specOf(source, spec),
        },
      ],
    ]),
  );
  return {
    message:
      old === undefined
        ? `Installed the extension ${name} ${version}`
        : `Updated the extension ${name} from ${old.version} to ${version}`,
    ...described(name),
    lines: [...shownClaims(claims), '  An extension runs with all rights of the program.'],
    fields: { version, claims },
  };
}

/** The manifest of an extension in a folder, without running it. */
export async function nativeClaims(
  folder: string,
): Promise<{ readonly native?: NativeExtension; readonly manifest?: JsonObject; readonly claims: Claims }> {
  const native = await readNativeManifest(folder);
  if (native === undefined) return { claims: NO_CLAIMS };
  const manifest = native.manifest as unknown as JsonObject | undefined;
  const list = (value: unknown) =>
    Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string').sort() : [];
  return {
    native,
    ...(manifest !== undefined && { manifest }),
    claims: { ...NO_CLAIMS, capabilities: list(manifest?.capabilities), hooks: list(manifest?.taps) },
  };
}

async function fetchInto(
  store: Store,
  source: ExtensionSource,
  work: string,
  into: string,
): Promise<string | undefined> {
  const unpacked = join(work, 'unpacked');
  switch (source.kind) {
    case 'folder': {
      if (statSync(source.path, { throwIfNoEntry: false })?.isDirectory() !== true)
        throw new StoreError('not-found', `${source.path} is no folder that is there`);
      copyTree(source.path, into);
      return undefined;
    }
    case 'git': {
      const { fetchRepository } = await import('./git.ts');
      const commit = await fetchRepository(store, { url: source.url, ref: source.ref }, unpacked);
      copyTree(unpacked, into);
      return commit;
    }
    case 'npm': {
      const { fetchPackage } = await import('./npm.ts');
      await fetchPackage(store, source, join(work, 'archive'), unpacked);
      break;
    }
    default: {
      const archive = source.kind === 'archive' ? source.path : join(work, 'extension.tgz');
      if (source.kind === 'download') {
        const { download } = await import('./download.ts');
        const bytes = await download(store, source.url, MOST_BYTES);
        mkdirSync(work, { recursive: true });
        writeFileSync(archive, bytes);
      }
      if (!existsSync(archive)) throw new StoreError('not-found', `there is no file ${archive}`);
      const { unpackTarball } = await import('./tarball.ts');
      await unpackTarball(archive, unpacked);
    }
  }
  copyTree(unpacked, into);
  return undefined;
}

/** What the code imports has to be there; scripts of packages do not run. */
async function addPackages(store: Store, folder: string): Promise<void> {
  const own = existsSync(join(folder, 'package.json')) ? await readJsonObject(join(folder, 'package.json')) : undefined;
  const needs = own?.dependencies;
  if (typeof needs !== 'object' || needs === null || Object.keys(needs).length === 0) return;
  if (existsSync(join(folder, 'node_modules'))) return;
  const { hasLockedDependencies, installDependencies } = await import('./npm.ts');
  await installDependencies(store, folder, hasLockedDependencies(folder));
}

async function notAnExtension(spec: string, folder: string, command: string): Promise<string> {
  if (existsSync(join(folder, '.claude-plugin', 'marketplace.json')))
    return `${spec} is a marketplace; add it with: ${command} plugin marketplace add ${spec}`;
  if (existsSync(join(folder, '.claude-plugin', 'plugin.json')))
    return `${spec} is a plugin in Claude's format, which is installed from a marketplace; to try it: ${command} --plugin-dir ${spec}`;
  return `${spec} holds no extension; expected a tenon.json, or a package.json with "tenon" in it`;
}

/** A path of the command line is found again from another folder. */
function specOf(source: ExtensionSource, spec: string): string {
  return source.kind === 'folder' || source.kind === 'archive' ? source.path : spec;
}

function described(name: string): Pick<Outcome, 'plugin' | 'pluginId' | 'scope'> {
  return { plugin: name, pluginId: name, scope: 'user' };
}
