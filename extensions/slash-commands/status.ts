import { Config, type ExtensionApi, Extensions, type Host, type Session, Trust } from 'tenon/plugin-api';
import { table } from './table.ts';

/** `/status` */
export async function status(api: ExtensionApi, host: Host, session: Session) {
  const { distro } = host;
  const config = api.has(Config) ? await api.use(Config) : undefined;
  const trust = api.has(Trust) ? await (await api.use(Trust)).check(session.root) : undefined;
  const extensions = api.has(Extensions) ? (await api.use(Extensions)).list() : [];
  const failed = extensions.filter(({ state }) => state === 'failed' || state === 'unmet');
  const files = config?.layers().flatMap(({ path }) => path ?? []) ?? [];
  const rows: [string, string | undefined][] = [
    ['version', `${distro.name} ${distro.version}`],
    ['session', session.id],
    ['transcript', session.transcriptPath],
    ['folder', session.cwd],
    ['trusted', trust && `${trust.trusted ? 'yes' : 'no'} (${trust.reason})`],
    ['model', `${session.model}${session.effort === undefined ? '' : `, effort ${session.effort}`}`],
    ['mode', session.permissionMode],
    ['settings', files.join(', ') || 'none'],
    ['problems', [...(config?.problems() ?? []).map((one) => one.message), ...failed.map(saying)].join('; ') || 'none'],
  ];
  return { output: table(rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]))).join('\n') };
}

function saying({
  manifest,
  reason,
}: {
  readonly manifest: { readonly id: string };
  readonly reason?: string;
}): string {
  return `${manifest.id}: ${reason ?? 'it does not run'}`;
}
