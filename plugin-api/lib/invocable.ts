import type { ComponentOrigin } from '../component.ts';
import type { ExtensionApi } from '../extension.ts';
import { Commands } from '../points/commands.ts';
import { type SkillDeclaration, Skills } from '../points/skills.ts';
import { Cli } from '../services/cli.ts';
import { Config } from '../services/config.ts';
import { isPattern } from './name-pattern.ts';

/** What the setting `skillOverrides` makes of a skill. */
export type SkillVisibility = 'on' | 'name-only' | 'user-invocable-only' | 'off';

/** A skill that somebody may run here. */
export interface AvailableSkill extends SkillDeclaration {
  /** The user may type it. */
  readonly byUser: boolean;
  /** The model may run it. */
  readonly byModel: boolean;
  /** The model is told its name, and not what it is for. */
  readonly nameOnly: boolean;
}

type Reader = Pick<ExtensionApi, 'declared' | 'maybe'>;

const OWN: ComponentOrigin = { kind: 'bundled', trusted: true };
const VISIBILITIES: readonly unknown[] = ['on', 'name-only', 'user-invocable-only', 'off'];

/** True when the flag `--disable-slash-commands` switches commands and skills off. */
export function commandsOff(api: Pick<ExtensionApi, 'maybe'>): boolean {
  return api.maybe(Cli)?.invocation.flags['disable-slash-commands'] === true;
}

/**
 * The skills that manifests declare, without those that are switched off (`skillOverrides`, `disableBundledSkills`,
 * `--disable-slash-commands`), in the order of their extensions. Nobody's code is loaded for it.
 */
export function availableSkills(api: Reader): readonly AvailableSkill[] {
  const declared = api.declared(Skills);
  if (declared.length === 0 || commandsOff(api)) return [];
  const config = api.maybe(Config);
  const overrides = config?.get('skillOverrides');
  const withoutBundled = config?.get('disableBundledSkills') === true;
  const kept = lists.get(declared);
  // the list of declarations is the same until one of them changes
  if (kept?.overrides === overrides && kept?.withoutBundled === withoutBundled) return kept.list;
  const list = usable(declared, overrides, withoutBundled);
  lists.set(declared, { overrides, withoutBundled, list });
  return list;
}

const lists = new WeakMap<
  object,
  { readonly overrides: unknown; readonly withoutBundled: boolean; readonly list: readonly AvailableSkill[] }
>();

type Draft = { -readonly [K in keyof AvailableSkill]: AvailableSkill[K] };

function usable(
  declared: ReturnType<Reader['declared']>,
  overrides: unknown,
  withoutBundled: boolean,
): readonly AvailableSkill[] {
  const list: AvailableSkill[] = [];
  for (const item of declared) {
    // one copy and no rest of it: there may be thousands
    const skill = { description: '', origin: OWN, ...item, byUser: true, byModel: true, nameOnly: false } as Draft;
    const visibility = visibilityOf(overrides, skill.name);
    if (isPattern(skill.name) || visibility === 'off') continue;
    if (withoutBundled && skill.origin.kind === 'bundled') continue;
    if (skill.userInvocable === false) skill.byUser = false;
    if (skill.modelInvocable === false || visibility === 'user-invocable-only') skill.byModel = false;
    if (visibility === 'name-only') skill.nameOnly = true;
    list.push(skill);
  }
  return list;
}

/**
 * The skill that somebody means: by its name, with or without a slash, or by the name within its plugin where no other
 * skill has that.
 */
export function findSkill<T extends Pick<SkillDeclaration, 'name'>>(
  skills: readonly T[],
  typed: string,
): T | undefined {
  const name = typed.replace(/^\//, '');
  const exact = skills.find((one) => one.name === name);
  if (exact !== undefined || name.includes(':') || name === '') return exact;
  const within = skills.filter((one) => one.name.slice(one.name.lastIndexOf(':') + 1) === name);
  return within.length === 1 ? within[0] : undefined;
}

/** The names that a user may type after `/`. */
export function commandNames(api: Reader): readonly string[] {
  if (commandsOff(api)) return [];
  const commands = api.declared(Commands).flatMap(({ name }) => (isPattern(name) ? [] : [name]));
  const skills = availableSkills(api).flatMap(({ name, byUser }) => (byUser ? [name] : []));
  return [...new Set([...commands, ...skills])];
}

/** The names of the skills, without those that are commands in files. */
export function skillNames(api: Reader): readonly string[] {
  return availableSkills(api).flatMap(({ name, command }) => (command === true ? [] : [name]));
}

function visibilityOf(overrides: unknown, name: string): SkillVisibility {
  if (typeof overrides !== 'object' || overrides === null || !Object.hasOwn(overrides, name)) return 'on';
  const value = (overrides as Readonly<Record<string, unknown>>)[name];
  return VISIBILITIES.includes(value) ? (value as SkillVisibility) : 'on';
}
