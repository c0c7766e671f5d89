import { join } from 'node:path';
import { type ExtensionApi, Host, type Invocation, Plugins } from 'tenon/plugin-api';
import { claimsOf, shownClaims } from './claims.ts';
import { installedPlugins } from './installed-plugins.ts';
import { readJsonObject, textIn } from './json-file.ts';
import { lockedPlugins } from './lock-file.ts';
import { findPlugin } from './plugin-id.ts';
import { printable } from './printable.ts';
import { pluginSource, shownSource } from './source.ts';
import { oneWord, openStore, type Store } from './store.ts';
import { StoreError } from './store-error.ts';
import { installedId, named } from './uninstall-verb.ts';

/** `plugin info`: all that is known of a plugin, without fetching anything. */
export async function runInfo(api: ExtensionApi, args: readonly string[], flags: Invocation['flags']): Promise<number> {
  const word = oneWord('info', args, 'plugin');
  const host = await api.use(Host);
  const store = await openStore(api, flags);
  const info = await infoOf(store, word);
  if (flags.json === true) await host.stdout.write(`${JSON.stringify(info, null, 2)}\n`);
  else await host.stdout.write(printable(`${shown(info).join('\n')}\n`));
  return 0;
}

type Info = Readonly<Record<string, unknown>>;

async function infoOf(store: Store, word: string): Promise<Info> {
  const { extensionInfo, isExtension } = await import('./native-extensions.ts');
  if (isExtension(store, word)) return extensionInfo(store, word);
  let id: string;
  try {
    id = await installedId(store, word);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'not-found') throw error;
    return available(store, word);
  }
  const installations = (await installedPlugins(store.folders)).get(id)!;
  const { installPath } = installations[0]!;
  const reports = store.api.has(Plugins) ? await (await store.api.use(Plugins)).installed() : [];
  const report = reports.find((one) => one.id === id);
  const locked = (await lockedPlugins(store.folders)).get(id);
  const own = await readJsonObject(join(installPath, '.claude-plugin', 'plugin.json')).catch(() => undefined); // its problems say so
  const { author, homepage, license } = own ?? {};
  return {
    ...named(id),
    installed: true,
    description: report?.description,
    author: textIn(author) ?? textIn((author as { name?: unknown } | undefined)?.name),
    homepage,
    license,
    installations,
    enabled: report?.enabled ?? false,
    loaded: report?.loaded ?? false,
    components: report?.components ?? {},
    problems: report?.problems ?? [],
    claims: await claimsOf(installPath, own === undefined ? [] : [own]),
    source: locked?.source,
    integrity: locked?.versions,
    needs: locked?.needs ?? [],
  };
}

async function available(store: Store, word: string): Promise<Info> {
  const { name, from } = await findPlugin(store, word);
  const entry = from.marketplace.plugins.get(name);
  if (entry === undefined) throw new StoreError('not-found', `the marketplace ${from.name} has no plugin ${name}`);
  const { description, version, homepage, license, category } = entry;
  const source = pluginSource(entry.source, word, from.marketplace.pluginRoot);
  return {
    plugin: name,
    pluginId: `${name}@${from.name}`,
    installed: false,
    description,
    version,
    homepage,
    license,
    category,
    source: shownSource(source),
  };
}

function shown(info: Info): readonly string[] {
  const lines = [`${String(info.pluginId)}${info.installed === true ? '' : '  (not installed)'}`];
  for (const field of ['description', 'version', 'author', 'homepage', 'license', 'source'] as const) {
    const value = textIn(info[field]);
    if (value !== undefined) lines.push(`  ${field}: ${value}`);
  }
  for (const one of (info.installations ?? []) as readonly Record<string, string>[])
    lines.push(`  installed: ${one.version} in ${one.installPath} (scope: ${one.scope})`);
  if (info.installed === true)
    lines.push(
      `  ${info.enabled === true ? 'on' : 'off'}${info.enabled === true && info.loaded === false ? ', and not loaded' : ''}`,
    );
  for (const [kind, names] of Object.entries((info.components ?? {}) as Record<string, readonly string[]>))
    lines.push(`  ${kind}: ${names.join(', ')}`);
  const needs = (info.needs ?? []) as readonly string[];
  if (needs.length > 0) lines.push(`  needs: ${needs.join(', ')}`);
  if (info.claims !== undefined) lines.push(...shownClaims(info.claims as Parameters<typeof shownClaims>[0]));
  for (const { severity, file, message } of (info.problems ?? []) as readonly {
    severity: string;
    file?: string;
    message: string;
  }[])
    lines.push(`  ${severity}: ${file === undefined ? '' : `${file}: `}${message}`);
  return lines;
}
