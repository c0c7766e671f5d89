import type { FolderReport, PluginProblem } from 'tenon/plugin-api';
import type { AgentRecord, Contents, SkillRecord, StyleRecord } from './contents.ts';
import { present } from './fields.ts';
import { componentNames, type Group, type Part } from './part.ts';
import type { SettingsFolder } from './places.ts';

/** A settings folder that was read. */
export interface ReadFolder {
  readonly folder: SettingsFolder;
  readonly contents: Contents;
  readonly trusted: boolean;
  readonly boundary?: string;
  readonly problems: PluginProblem[];
}

/** What settings folders bring along. */
export interface FolderParts {
  readonly parts: readonly Part[];
  readonly reports: readonly FolderReport[];
  /** What the user is told of. */
  readonly warnings: readonly string[];
}

type Off = (scope: SettingsFolder['scope']) => boolean;

/**
 * One part for each scope. Of one name the strongest takes part, and the others are in the report of their folder.
 * @param folders the administrator's, the user's, those of the project from the nearest one up
 * @param locked kinds of components that only plugins and the administrator may bring along
 */
export function folderParts(folders: readonly ReadFolder[], locked: ReadonlySet<string>): FolderParts {
  if (folders.length === 0) return { parts: [], reports: [], warnings: [] };
  const off =
    (kind: string): Off =>
    (scope) =>
      scope !== 'managed' && locked.has(kind);
  // a skill comes before a command; for agents and styles the project comes before the user
  const inOrder = [...folders].sort((a, b) => rank(a) - rank(b));
  const noSkills = off('skills');
  const skills = winners(folders, (of) => of.skills.filter(({ command }) => command !== true), noSkills);
  const commands = winners(folders, (of) => of.skills.filter(({ command }) => command === true), noSkills, skills);
  const agents = winners(inOrder, (of) => of.agents, off('agents'));
  const styles = winners(inOrder, (of) => of.styles, off('output-styles'));
  const warnings: string[] = [];
  const groups = folders.map((read): Group => {
    const { folder, trusted, boundary } = read;
    const group = {
      root: folder.path,
      ...present({ boundary }),
      origin: { kind: folder.scope, trusted },
      skills: [...mine(skills, read), ...mine(commands, read)],
      agents: mine(agents, read),
      styles: mine(styles, read),
    };
    if (!trusted) {
      const text = withoutHooks([...group.skills, ...group.agents], read);
      if (text !== undefined) warnings.push(text);
    }
    return group;
  });
  const parts = (['managed', 'project', 'user'] as const).flatMap((scope): Part[] => {
    const own = groups.filter(({ origin }) => origin.kind === scope);
    if (own.every((group) => group.skills.length + group.agents.length + group.styles.length === 0)) return [];
    return [
      {
        id: `claude-${scope}-folder`,
        version: '1',
        description: `Skills, commands, agents and output styles of the ${scope}`,
        path: own[0]!.root,
        groups: own,
      },
    ];
  });
  return { parts, reports: folders.map((read, at) => reportOf(read, groups[at]!)), warnings };
}

/** The administrator's, then the project's from the nearest one up, then the user's. */
function rank({ folder }: ReadFolder): number {
  return folder.scope === 'managed' ? 0 : folder.scope === 'project' ? 1 : 2;
}

type Winners<T> = ReadonlyMap<string, readonly [ReadFolder, T]>;

function mine<T>(list: Winners<T>, read: ReadFolder): readonly T[] {
  return [...list.values()].flatMap(([of, record]) => (of === read ? [record] : []));
}

/** The first record of each name, with its folder; the others are noted in theirs. */
function winners<T extends SkillRecord | AgentRecord | StyleRecord>(
  folders: readonly ReadFolder[],
  pick: (contents: Contents) => readonly T[],
  off: Off,
  stronger: Winners<unknown> = new Map(),
): Winners<T> {
  const first = new Map<string, readonly [ReadFolder, T]>();
  for (const read of folders) {
    if (off(read.folder.scope)) continue;
    for (const record of pick(read.contents)) {
      const winner = stronger.get(record.name) ?? first.get(record.name);
      if (winner === undefined) first.set(record.name, [read, record]);
      else {
        const message = `${record.name} is hidden by that of ${winner[0].folder.path}`;
        read.problems.push({ type: 'name-taken', severity: 'warning', message, ...present({ file: record.file }) });
      }
    }
  }
  return first;
}

/** Handlers in the front matter of a folder that is not trusted are passed over by whoever would run them. */
function withoutHooks(
  records: readonly (SkillRecord | AgentRecord)[],
  { folder, problems }: ReadFolder,
): string | undefined {
  const names = records.flatMap(({ name, hooks }) => (hooks === undefined ? [] : [name]));
  if (names.length === 0) return undefined;
  const message = `hooks of ${names.join(', ')} skipped: folder not trusted; run with --trust, or tenon trust to keep it`;
  problems.push({ type: 'untrusted', severity: 'warning', message });
  return `${folder.path}: ${message}`;
}

function reportOf({ folder, trusted, problems }: ReadFolder, group: Group): FolderReport {
  return {
    path: folder.path,
    scope: folder.scope,
    trusted,
    get components() {
      return componentNames({ id: '', version: '', description: '', groups: [group] });
    },
    problems,
  };
}
