import type { AvailableSkill } from 'tenon/plugin-api/lib/invocable';

/** What a list of skills may take. */
export interface ListingLimits {
  /** Characters of the description of one skill. */
  readonly description: number;
  /** Characters of the list. */
  readonly total: number;
}

/** Words after a description that is cut. */
const CUT = '…';
/** Descriptions shorter than this say nothing: names alone do as well. */
const LEAST = 20;

/**
 * The lines that name skills to the model, within the limits: descriptions are cut to the same length where all of them
 * do not fit, and left out where that leaves nothing; names that do not fit are counted.
 */
export function listing(skills: readonly AvailableSkill[], limits: ListingLimits): readonly string[] {
  // where the names alone are too many, of thousands nothing else is looked at
  if (!withinLimit(skills, ({ name }) => lengthOf({ name, said: '' }, 0), limits.total)) return namesOf(skills, limits);
  const entries = skills.map(entryOf);
  const fits = (length: number) => withinLimit(entries, (entry) => lengthOf(entry, length), limits.total);
  let least = fits(limits.description) ? limits.description : 0;
  let most = least === 0 ? limits.description : least;
  while (least < most) {
    const length = Math.ceil((least + most) / 2);
    if (fits(length)) least = length;
    else most = length - 1;
  }
  const length = least < LEAST && least < limits.description ? 0 : least;
  return entries.map((entry) => lineOf(entry, length));
}

/** True when lines of these lengths fit, each with the end of its line. */
function withinLimit<T>(list: readonly T[], length: (one: T) => number, limit: number): boolean {
  let size = 0;
  for (const one of list) {
    size += length(one) + 1;
    if (size > limit) return false;
  }
  return true;
}

/** As many names as fit, and how many there are beside them. */
function namesOf(skills: readonly AvailableSkill[], { total }: ListingLimits): readonly string[] {
  const kept: string[] = [];
  let size = 0;
  for (const { name } of skills) {
    const line = lineOf({ name, said: '' }, 0);
    size += line.length + 1;
    if (size > total) break;
    kept.push(line);
  }
  return [...kept, `(${skills.length - kept.length} more are not listed; the user can name them)`];
}

interface ListEntry {
  readonly name: string;
  /** What it is for, on one line. */
  readonly said: string;
}

function entryOf({ name, description, whenToUse, nameOnly }: AvailableSkill): ListEntry {
  const said = nameOnly ? '' : [description, whenToUse].filter(Boolean).join(' - ');
  return { name, said: /\s\s|[^\S ]|^ | $/.test(said) ? said.replace(/\s+/g, ' ').trim() : said };
}

function lineOf({ name, said }: ListEntry, length: number): string {
  if (said === '' || length === 0) return `- ${name}`;
  return `- ${name}: ${said.length > length ? said.slice(0, length - CUT.length) + CUT : said}`;
}

/** The length of its line; thousands are measured to find the limit of one description. */
function lengthOf({ name, said }: ListEntry, length: number): number {
  const shown = length === 0 ? 0 : Math.min(said.length, length);
  return 2 + name.length + (shown === 0 ? 0 : 2 + shown);
}
