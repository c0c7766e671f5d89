import { type ExtensionApi, type Host, type Session, Sessions } from 'tenon/plugin-api';
import { shortened, table } from './table.ts';

/** Sessions that are listed. */
const LISTED = 20;

/** `/resume` */
export async function resume(api: ExtensionApi, { distro }: Host, session: Session) {
  if (!api.has(Sessions)) return { output: 'Sessions are not kept here.', isError: true };
  const all = await (await api.use(Sessions)).list(session.root, LISTED + 1);
  const others = all.filter(({ id }) => id !== session.id).slice(0, LISTED);
  if (others.length === 0) return { output: 'There is no other session of this folder.' };
  const rows = others.map(({ id, title, modified }) => [
    id,
    `${new Date(modified).toISOString().slice(0, 16).replace('T', ' ')}  ${shortened(title, 60)}`,
  ]);
  return { output: [`Continue one with: ${distro.command} --resume <id>`, ...table(rows)].join('\n') };
}
