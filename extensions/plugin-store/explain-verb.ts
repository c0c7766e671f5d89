import { type ExtensionApi, Extensions, Host, type Invocation, UsageError } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { oneWord } from './store.ts';

/** `plugin explain POINT:NAME`: who owns a name, who wanted it too, and how that is changed. */
export async function runExplain(
  api: ExtensionApi,
  args: readonly string[],
  flags: Invocation['flags'],
): Promise<number> {
  const word = oneWord('explain', args, 'name');
  const host = await api.use(Host);
  const extensions = await api.use(Extensions);
  const colon = word.indexOf(':');
  const [point, name] = [word.slice(0, colon), word.slice(colon + 1)];
  if (colon <= 0 || name === '')
    throw new UsageError(`plugin explain: write POINT:NAME, such as tools:Read; got ${JSON.stringify(word)}`);
  const all = extensions.names();
  const found = all.filter(
    (one) => one.point === point && (one.name === name || one.others.some((other) => other.name === name)),
  );
  if (found.length === 0) {
    const points = [...new Set(all.map((one) => one.point))];
    const near = points.includes(point)
      ? nearest(
          name,
          all.flatMap((one) => (one.point === point ? [one.name] : [])),
        )
      : nearest(point, points);
    const hint =
      near === undefined ? '' : `; did you mean ${points.includes(point) ? `${point}:${near}` : `${near}:${name}`}?`;
    throw new UsageError(
      points.includes(point)
        ? `plugin explain: nobody declares ${name} in ${point}${hint}`
        : `plugin explain: there is no point ${point}${hint}`,
    );
  }
  const list = extensions.list();
  const about = (id: string) => {
    const one = list.find(({ manifest }) => manifest.id === id);
    const origin = one?.origin.kind === 'bundled' ? 'part of the program' : (one?.origin.path ?? one?.origin.kind);
    return {
      extension: id,
      version: one?.manifest.version,
      origin,
      state: one?.state,
      replaces: one?.manifest.replaces?.filter((id) => id === word) ?? [],
    };
  };
  const rows = found.map((one) => ({
    point,
    name: one.name,
    owner: about(one.owner),
    others: one.others.map((other) => ({ ...about(other.owner), calledInstead: other.name })),
  }));
  if (flags.json === true) {
    await host.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return 0;
  }
  const { command } = host.distro;
  const lines = rows.flatMap((row) => [
    `${point}:${row.name} belongs to ${shown(row.owner)}`,
    ...(row.owner.replaces.length > 0 ? ['  it replaces the one that was there, as its manifest says'] : []),
    ...row.others.map((other) => `  ${shown(other)} wanted it too; that one is called ${other.calledInstead}`),
    row.others.length > 0 || row.owner.origin !== 'part of the program'
      ? `  to change that: ${command} plugin disable ${row.owner.extension}, or "replaces": ["${word}"] in the manifest of the one that should have it`
      : `  to change that: an extension whose manifest says "replaces": ["${word}"]`,
  ]);
  await host.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function shown({
  extension,
  version,
  origin,
  state,
}: {
  readonly extension: string;
  readonly version?: string | undefined;
  readonly origin?: string | undefined;
  readonly state?: string | undefined;
}): string {
  return `${extension}${version === undefined ? '' : ` ${version}`} (${[origin, state === 'failed' || state === 'untrusted' ? state : undefined].filter((one) => one !== undefined).join(', ')})`;
}
