import { Agents, type ComponentOrigin, type ExtensionApi, type SessionRef, Skills, Subagents } from 'tenon/plugin-api';
import { availableSkills } from 'tenon/plugin-api/lib/invocable';
import { shortened, table } from './table.ts';

/** `/agents`: those that the session may start, the program's own too. */
export async function agents(api: ExtensionApi, session: SessionRef) {
  const known = api.has(Subagents) ? await (await api.use(Subagents)).list(session) : api.declared(Agents);
  const rows = known.map(({ name, description = '', origin }) => [
    name,
    `${shortened(description)}${whence(origin as ComponentOrigin | undefined)}`,
  ]);
  return { output: rows.length === 0 ? 'There are no subagents here.' : ['Subagents', ...table(rows)].join('\n') };
}

/** `/skills` */
export function skills(api: ExtensionApi) {
  const known = availableSkills(api);
  const rows = known.map(({ name, description, origin, byUser, byModel, paths }) => {
    const who = byUser && byModel ? '' : byUser ? ' [user only]' : byModel ? ' [model only]' : ' [off]';
    const when = paths === undefined ? '' : ` [with ${paths.join(', ')}]`;
    return [name, `${shortened(description)}${who}${when}${whence(origin)}`];
  });
  const off = api.declared(Skills).length - known.length;
  const more = off > 0 ? [`${off} more ${off === 1 ? 'is' : 'are'} switched off.`] : [];
  return {
    output: [...(rows.length === 0 ? ['There are no skills here.'] : ['Skills', ...table(rows)]), ...more].join('\n'),
  };
}

function whence(origin: ComponentOrigin | undefined): string {
  if (origin === undefined) return '';
  const trust = origin.trusted ? '' : ', not trusted';
  return ` (${origin.plugin?.id ?? origin.kind}${trust})`;
}
