import { relative, sep } from 'node:path';
import type { SkillRecord } from './contents.ts';
import type { Part } from './part.ts';
import { type FolderParts, folderParts, type ReadFolder } from './settings-folders.ts';

/** The names that skills of settings folders have already. */
export function namesTaken(parts: readonly Part[]): Set<string> {
  return new Set(
    parts.flatMap(({ plugin, groups }) =>
      plugin === undefined ? groups.flatMap(({ skills }) => skills.map(({ name }) => name)) : [],
    ),
  );
}

/**
 * One part for each folder below the working directory. A skill whose name is taken is called by its folder too:
 * `apps/web:deploy`.
 * @param taken grows by the names that these have
 */
export function nestedParts(
  folders: readonly ReadFolder[],
  cwd: string,
  taken: Set<string>,
  locked: ReadonlySet<string>,
): FolderParts {
  const all = folders.map((read): FolderParts => {
    const way = relative(cwd, read.folder.dir).replaceAll(sep, '/');
    const skills = read.contents.skills.map((record): SkillRecord => {
      const name = taken.has(record.name) ? `${way}:${record.name}` : record.name;
      taken.add(name);
      return { ...record, name };
    });
    const { parts, ...told } = folderParts([{ ...read, contents: { ...read.contents, skills } }], locked);
    return { ...told, parts: parts.map((part) => ({ ...part, ...labels(part.id, way) })) };
  });
  return {
    parts: all.flatMap(({ parts }) => parts),
    reports: all.flatMap(({ reports }) => reports),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}

function labels(id: string, way: string): Pick<Part, 'id' | 'description'> {
  return { id: `${id}:${way.replace(/[^\w@/.:-]/g, '-')}`, description: `Skills of ${way}` };
}
