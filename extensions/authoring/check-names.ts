import type { DeclaredItem, Extensions, Manifest } from 'tenon/plugin-api';
import { isPattern } from 'tenon/plugin-api/lib/name-pattern';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import type { Finding } from './finding.ts';

/** Names that the extension wants and others of this program have, and names that it says it takes over. */
export function checkNames(manifest: Manifest, extensions: Extensions): readonly Finding[] {
  const { id, contributes = {}, replaces = [], provides = [] } = manifest;
  const others = extensions.list().filter((one) => one.manifest.id !== id && one.state !== 'released');
  const taken = new Map<string, string>();
  for (const { manifest: other } of others) {
    for (const [point, list] of Object.entries(other.contributes ?? {})) {
      for (const name of namesOf(list)) if (!taken.has(`${point}:${name}`)) taken.set(`${point}:${name}`, other.id);
    }
  }
  const warn = (message: string): Finding => ({ level: 'warning', about: 'names', message });
  const clashes = Object.entries(contributes).flatMap(([point, list]) =>
    namesOf(list).flatMap((name) => {
      const full = `${point}:${name}`;
      if (isPattern(name) || replaces.includes(full as never)) return [];
      const owner = taken.get(full);
      if (owner !== undefined) {
        const remedy = `choose another, or take it over with "replaces": ["${full}"]`;
        return [
          warn(`contributes.${point}: ${owner} has the name ${name}, so it will be there under another; ${remedy}`),
        ];
      }
      const alike = [...taken.keys()].find((one) => one.toLowerCase() === full.toLowerCase());
      if (alike === undefined) return [];
      return [warn(`contributes.${point}: ${name} is the same as ${alike} of ${taken.get(alike)} but for its case`)];
    }),
  );
  const untaken = replaces.flatMap((full) => {
    const [point = '', name = ''] = [full.slice(0, full.indexOf(':')), full.slice(full.indexOf(':') + 1)];
    let known: readonly string[] = [...taken.keys()];
    let own = namesOf(contributes[point]).includes(name);
    if (point === 'extension') {
      known = others.map((one) => `extension:${one.manifest.id}`);
      own = true;
    } else if (point === 'service') {
      known = others.flatMap((one) => (one.manifest.provides ?? []).map((service) => `service:${service}`));
      own = provides.includes(name as never);
    }
    if (!own) {
      const where = point === 'service' ? 'provides' : `contributes.${point}`;
      return [warn(`replaces: ${full} takes nothing over, because ${where} does not have ${name}`)];
    }
    if (known.includes(full)) return [];
    const near = nearest(full, known);
    return [warn(`replaces: nobody has ${full} here${near === undefined ? '' : `; did you mean ${near}?`}`)];
  });
  return [...clashes, ...untaken];
}

function namesOf(list: readonly (string | DeclaredItem)[] | undefined): readonly string[] {
  return (list ?? []).map((item) => (typeof item === 'string' ? item : item.name));
}
