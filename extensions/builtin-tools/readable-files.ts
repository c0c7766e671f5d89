import { Permissions, type SessionRef } from 'tenon/plugin-api';
import type { Workbench } from './workbench.ts';

/** Files that are asked about at once. */
const BATCH = 64;

/** The files that no rule denies: what may not be read is not found either. */
export async function readableFiles(
  { api }: Workbench,
  session: SessionRef,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  if (!api.has(Permissions)) return new Set(paths);
  const permissions = await api.use(Permissions);
  const readable = new Set<string>();
  for (let from = 0; from < paths.length; from += BATCH) {
    await Promise.all(
      paths.slice(from, from + BATCH).map(async (path) => {
        if ((await permissions.path(session, path, 'read')).verdict !== 'deny') readable.add(path);
      }),
    );
  }
  return readable;
}
