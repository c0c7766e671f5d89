import { type ExtensionApi, Plugins } from 'tenon/plugin-api';
import { allExtensions } from './native-extensions.ts';
import { openStore, setNamed } from './store.ts';

interface Answer {
  readonly output: string;
  readonly isError?: boolean;
}

/** `/plugin`: what is there; `/plugin enable ID` and `/plugin disable ID`. */
export async function runPluginCommand(api: ExtensionApi, args: string): Promise<Answer> {
  const [verb = 'list', id, ...more] = args.split(/\s+/).filter((word) => word !== '');
  const store = await openStore(api, {});
  const { command } = store.host.distro;
  if ((verb === 'enable' || verb === 'disable') && id !== undefined && more.length === 0) {
    const reports = api.has(Plugins) ? await (await api.use(Plugins)).installed() : [];
    const found = reports.filter((one) => one.id === id || one.name === id);
    const [one] = found;
    if (one === undefined) return { output: `There is no plugin ${id}.`, isError: true };
    if (found.length > 1)
      return {
        output: `Several plugins are called ${id}: ${found.map((other) => other.id).join(', ')}.`,
        isError: true,
      };
    await setNamed(store, 'user', 'enabledPlugins', one.id, verb === 'enable');
    return { output: `Switched ${verb === 'enable' ? 'on' : 'off'}: ${one.id}. /reload-plugins takes it up.` };
  }
  if (verb === 'list' && id === undefined) return { output: await listed(api, command) };
  return {
    output: `/plugin shows the plugins; /plugin enable ID and /plugin disable ID switch one. To install: ${command} plugin install, in a shell.`,
    isError: true,
  };
}

async function listed(api: ExtensionApi, command: string): Promise<string> {
  const store = await openStore(api, {});
  const reports = api.has(Plugins) ? await (await api.use(Plugins)).installed() : [];
  const lines = reports.flatMap(({ id, version = 'unknown', enabled, loaded, problems }) => [
    `${id} ${version}: ${!enabled ? 'off' : loaded ? 'on' : 'on, and not loaded'}`,
    ...problems.map(
      ({ severity, file, message }) => `  ${severity}: ${file === undefined ? '' : `${file}: `}${message}`,
    ),
  ]);
  lines.push(
    ...allExtensions(store).map(
      ({ name, version, enabled }) => `${name} ${version}: ${enabled ? 'on' : 'off'} (extension)`,
    ),
  );
  return lines.length === 0
    ? `No plugin is installed. To install one: ${command} plugin install, in a shell.`
    : lines.join('\n');
}

/** `/reload-plugins`. */
export async function runReload(api: ExtensionApi): Promise<Answer> {
  if (!api.has(Plugins)) return { output: 'This build reads no plugins.', isError: true };
  const { added, changed, removed } = await (await api.use(Plugins)).reload();
  const parts = [
    ...(added.length > 0 ? [`new: ${added.join(', ')}`] : []),
    ...(changed.length > 0 ? [`changed: ${changed.join(', ')}`] : []),
    ...(removed.length > 0 ? [`gone: ${removed.join(', ')}`] : []),
  ];
  return { output: parts.length === 0 ? 'Nothing has changed.' : parts.join('\n') };
}
