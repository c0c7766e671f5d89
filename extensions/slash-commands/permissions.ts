import { Cli, Config, type ExtensionApi, Permissions, type Session } from 'tenon/plugin-api';

/** `/permissions` */
export async function permissions(api: ExtensionApi, session: Session) {
  const lines = [`Mode: ${session.permissionMode}`];
  if (api.has(Permissions)) {
    lines.push('Folders:', ...(await api.use(Permissions)).roots(session).map((root) => `  ${root}`));
  }
  const flags = api.has(Cli) ? (await api.use(Cli)).invocation.flags : {};
  const layers = api.has(Config) ? (await api.use(Config)).layers() : [];
  for (const behavior of ['deny', 'ask', 'allow'] as const) {
    const flag = { deny: flags.disallowedTools, ask: undefined, allow: flags.allowedTools }[behavior];
    const rules = [
      ...(Array.isArray(flag) ? flag.map((rule) => `${rule}  (command line)`) : []),
      ...layers.flatMap(({ source, path, value }) => {
        const list = (value.permissions as Readonly<Record<string, unknown>> | undefined)?.[behavior];
        return Array.isArray(list) ? list.map((rule) => `${String(rule)}  (${path ?? source})`) : [];
      }),
    ];
    if (rules.length > 0) lines.push(`${behavior}:`, ...rules.map((rule) => `  ${rule}`));
  }
  lines.push(
    'Rules of a folder that is not trusted allow nothing. Change rules with "config set permissions.allow …".',
  );
  return { output: lines.join('\n') };
}
