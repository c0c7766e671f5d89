import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ExtensionApi, type Host, Permissions, type Session } from 'tenon/plugin-api';

/** `/add-dir <folder>`, for this session */
export async function addDir(api: ExtensionApi, host: Host, session: Session, args: string) {
  const named = args.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (named === '') return { output: 'Name a folder: /add-dir <folder>', isError: true };
  const home = named === '~' || named.startsWith('~/');
  const folder = home ? join(host.home, named.slice(1)) : resolve(session.cwd, named);
  const isFolder = await stat(folder).then(
    (info) => info.isDirectory(),
    () => false, // said below
  );
  if (!isFolder) return { output: `${folder} is no folder.`, isError: true };
  if (!api.has(Permissions)) return { output: 'There are no permission rules here that a folder could be added to.' };
  const permissions = await api.use(Permissions);
  await permissions.update(session, [{ type: 'addDirectories', directories: [folder], destination: 'session' }]);
  const { DirectoryAdded } = api.hooks;
  if (!DirectoryAdded.idle) await DirectoryAdded.fire({ session, directory: folder, source: 'slash_command' });
  return { output: `${folder} counts as inside the working folder for this session.` };
}
