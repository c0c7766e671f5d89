import type { CliFlag, CliMode, CliVerb, DeclaredItem } from 'tenon/plugin-api';

/** What a declared entry of the command line carries besides its own fields. */
export type Owned<T> = T & { readonly owner: string };

/** Every flag, command and mode that manifests declare, with the first declaration of each name. */
export interface Grammar {
  readonly flags: readonly Owned<CliFlag>[];
  /** By long name and alias, dashes included. */
  readonly byName: ReadonlyMap<string, Owned<CliFlag>>;
  readonly byLetter: ReadonlyMap<string, Owned<CliFlag>>;
  readonly verbs: ReadonlyMap<string, Owned<CliVerb>>;
  readonly modes: readonly Owned<CliMode>[];
}

const KINDS = ['boolean', 'string', 'optional', 'list'];

/**
 * Sorts what manifests declare for the point `cli`.
 * @param warn is told about names that two extensions declare (the first keeps them) and entries that make no sense
 */
export function grammarOf(declared: readonly Owned<DeclaredItem>[], warn: (message: string) => void): Grammar {
  const flags: Owned<CliFlag>[] = [];
  const byName = new Map<string, Owned<CliFlag>>();
  const byLetter = new Map<string, Owned<CliFlag>>();
  const verbs = new Map<string, Owned<CliVerb>>();
  const modes: Owned<CliMode>[] = [];
  const seen = new Set<string>();

  for (const item of declared) {
    const { name, owner } = item;
    if (name.startsWith('--')) {
      const flag = item as unknown as Owned<CliFlag>;
      if (!/^--[a-z0-9][\w-]*$/i.test(name) || !KINDS.includes(flag.value)) {
        warn(`flag ${name} of ${owner} is ignored: it needs a name of letters, digits and dashes, and a kind of value`);
        continue;
      }
      const holder = byName.get(name);
      if (holder !== undefined) {
        warn(`flag ${name} of ${owner} is ignored: ${holder.owner} declares it too and comes first`);
        continue;
      }
      flags.push(flag);
      byName.set(name, flag);
      for (const alias of flag.aliases ?? []) claim(byName, alias, flag, warn);
      if (flag.short !== undefined) claim(byLetter, flag.short, flag, warn);
    } else if (name.startsWith('mode:')) {
      if (seen.has(name)) warn(`${name} of ${owner} is ignored: another extension declares it too and comes first`);
      else modes.push(item as unknown as Owned<CliMode>);
      seen.add(name);
    } else if (isVerbName(name)) {
      const holder = verbs.get(name);
      if (holder === undefined) verbs.set(name, item as unknown as Owned<CliVerb>);
      else warn(`command ${name} of ${owner} is ignored: ${holder.owner} declares it too and comes first`);
    }
  }
  return { flags, byName, byLetter, verbs, modes };
}

function claim(
  names: Map<string, Owned<CliFlag>>,
  name: string,
  flag: Owned<CliFlag>,
  warn: (message: string) => void,
): void {
  const holder = names.get(name);
  if (holder === undefined) names.set(name, flag);
  else if (holder !== flag) {
    const shown = name.length === 1 ? `-${name}` : name;
    warn(`${shown} for ${flag.name} of ${flag.owner} is ignored: it stands for ${holder.name} of ${holder.owner}`);
  }
}

// a flag or mode whose name was taken comes back qualified (`owner.--flag`); it must not become a command
function isVerbName(name: string): boolean {
  return /^[@a-z0-9][\w@./:-]*$/i.test(name) && !name.includes('.--') && !name.includes('.mode:');
}
