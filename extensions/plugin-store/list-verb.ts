import { type ExtensionApi, Host, type Invocation, type PluginReport, Plugins } from 'tenon/plugin-api';
import { type Installation, installedPlugins } from './installed-plugins.ts';
import { textIn } from './json-file.ts';
import { knownMarketplaces } from './known-marketplaces.ts';
import { openOffline } from './marketplace-verb.ts';
import { allExtensions } from './native-extensions.ts';
import { printable } from './printable.ts';
import { pluginSource, shownSource } from './source.ts';
import { noWords, openStore, type Store } from './store.ts';

/** `plugin list`. */
export async function runList(api: ExtensionApi, args: readonly string[], flags: Invocation['flags']): Promise<number> {
  noWords('list', args);
  const host = await api.use(Host);
  const store = await openStore(api, flags);
  const installed = await installedRows(store);
  const available = flags.available === true ? await availableRows(store) : undefined;
  if (flags.json === true) {
    const value =
      available === undefined ? installed : { installed, available: available.rows, problems: available.problems };
    await host.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    return 0;
  }
  const text = available === undefined ? installedText(installed, host.distro.command) : availableText(available);
  await host.stdout.write(printable(text));
  return 0;
}

interface Row {
  readonly id: string;
  readonly version: string;
  readonly scope: string;
  readonly enabled: boolean;
  readonly loaded?: boolean;
  readonly problems?: PluginReport['problems'];
  readonly [field: string]: unknown;
}

async function installedRows(store: Store): Promise<readonly Row[]> {
  const { api, host } = store;
  const installed = await installedPlugins(store.folders);
  const reports = api.has(Plugins) ? await (await api.use(Plugins)).installed() : [];
  const byId = new Map(reports.map((report) => [report.id, report]));
  const rows: Row[] = [];
  for (const [id, list] of installed) {
    for (const one of list) rows.push(rowOf(id, one, byId.get(id), host.cwd));
  }
  for (const report of reports) {
    if (installed.has(report.id)) continue;
    rows.push({
      id: report.id,
      version: report.version ?? 'unknown',
      scope: report.scope,
      enabled: report.enabled,
      installPath: report.path,
      ...reportFields(report),
    });
  }
  for (const { name, version, path, enabled } of allExtensions(store)) {
    rows.push({ id: name, version, scope: 'user', enabled, installPath: path, kind: 'extension' });
  }
  return rows;
}

function rowOf(id: string, one: Installation, report: PluginReport | undefined, cwd: string): Row {
  const isHere = one.projectPath === undefined || one.projectPath === cwd;
  return {
    id,
    version: one.version,
    scope: one.scope,
    enabled: report?.enabled === true && isHere,
    installPath: one.installPath,
    installedAt: one.installedAt,
    lastUpdated: one.lastUpdated,
    ...(one.projectPath !== undefined && { projectPath: one.projectPath }),
    ...(one.gitCommitSha !== undefined && { gitCommitSha: one.gitCommitSha }),
    ...(report !== undefined && { projectEnabled: report.enabled && report.scope !== 'user', ...reportFields(report) }),
  };
}

function reportFields({ loaded, components, problems }: PluginReport) {
  return { loaded, components, problems };
}

interface Available {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly problems: readonly string[];
}

/** What the marketplaces have that were fetched; nothing is fetched here. */
async function availableRows(store: Store): Promise<Available> {
  const installed = await installedPlugins(store.folders);
  const rows: Record<string, unknown>[] = [];
  const problems: string[] = [];
  for (const name of (await knownMarketplaces(store.folders)).keys()) {
    try {
      const { marketplace } = await openOffline(store, name);
      for (const [plugin, entry] of marketplace.plugins) {
        const pluginId = `${plugin}@${name}`;
        if (installed.has(pluginId)) continue;
        const { description, version, category } = entry;
        rows.push({
          pluginId,
          name: plugin,
          marketplaceName: name,
          description,
          version,
          category,
          ...sourceFields(entry.source, plugin, marketplace.pluginRoot),
        });
      }
      problems.push(...marketplace.problems.map((problem) => `${name}: ${problem}`));
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  return { rows, problems };
}

function sourceFields(source: unknown, name: string, root: string | undefined) {
  try {
    return { source, from: shownSource(pluginSource(source, name, root)) };
  } catch (error) {
    return { source, unsupported: (error as Error).message };
  }
}

function installedText(rows: readonly Row[], command: string): string {
  if (rows.length === 0) return `No plugin is installed. ${command} plugin list --available shows what there is.\n`;
  const lines = rows.flatMap((row) => {
    const state = !row.enabled ? 'off' : row.loaded === false ? 'on, and not loaded' : 'on';
    const kind = row.kind === 'extension' ? 'extension, ' : '';
    return [
      `${row.id}  ${row.version}  (${kind}${row.scope}, ${state})`,
      ...(row.problems ?? []).map(
        ({ severity, file, message }) => `  ${severity}: ${file === undefined ? '' : `${file}: `}${message}`,
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function availableText({ rows, problems }: Available): string {
  const lines = rows.map((row) => {
    const about = textIn(row.unsupported) ?? textIn(row.description) ?? '';
    return `${String(row.pluginId)}${about === '' ? '' : `  ${about}`}`;
  });
  const none = 'The marketplaces have nothing that is not installed.';
  return `${[...(lines.length === 0 ? [none] : lines), ...problems.map((one) => `problem: ${one}`)].join('\n')}\n`;
}
