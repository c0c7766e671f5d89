import { readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const peers = JSON.parse(readFileSync(new URL('peers.json', import.meta.url), 'utf8'));

/** The names of the programs of others that read our files. */
export const names = Object.keys(peers);

/** Where a peer is installed: apart from the project, so that nothing of it can get into the program. */
export function placeOf(name) {
  const { package: id, version, program, args = [], alone = false } = peers[name];
  const parent = process.env.TENON_PEERS ?? join(tmpdir(), `tenon-peers-${userInfo().username}`);
  const folder = join(parent, `${id}-${version}`);
  const spec = `${id}@${version}`;
  // what is left out is the program that the package would start if it were not given ours
  return { args, spec, alone, parent, folder, program: join(folder, 'node_modules', id, program) };
}
