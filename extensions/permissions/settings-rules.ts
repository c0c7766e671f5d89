import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ConfigLayer } from 'tenon/plugin-api';
import type { PermissionFlags } from './flags.ts';
import type { OutsideBlocks, RuleSet } from './ground.ts';
import { isInside, walkPath } from './path-walk.ts';
import { type Behavior, parseRule, type Rule, type RuleOrigin } from './rule.ts';

/** What settings and flags say, before a session adds to it. */
export interface StandingRules {
  readonly rules: RuleSet;
  /** Absolute. */
  readonly directories: readonly string[];
  readonly defaultMode?: { readonly value: unknown; readonly label: string };
  /** The settings that forbid bypassPermissions, for people. */
  readonly bypassDisabledBy?: string;
  /** The settings that forbid the mode auto. */
  readonly autoDisabledBy?: string;
  readonly blocked: OutsideBlocks;
  /** Only managed settings may allow anything (`allowManagedPermissionRulesOnly`). */
  readonly managedOnly: boolean;
  /** Why what would be asked is denied. */
  readonly unasked?: string;
  /** Some layers were left out because the folder is not trusted. */
  readonly untrusted: boolean;
  /** One line for each thing that is wrong or left out. */
  readonly warnings: readonly string[];
}

export interface SettingsPlace {
  /** The session folder that relative patterns start from. */
  readonly cwd: string;
  readonly home: string;
  readonly flags: PermissionFlags;
  /** Whether the folder of a project or local layer is trusted. */
  readonly trusted: boolean;
  /** Files of which the user was told already that some of what they say does not count. */
  readonly told?: ReadonlySet<string>;
}

const BEHAVIORS: readonly Behavior[] = ['deny', 'ask', 'allow'];

/**
 * Collects the permission rules of all settings layers and flags. What a project says can tighten without trust; its
 * allow rules and folders count only when the folder is trusted; its mode never counts.
 */
export function standingRules(layers: readonly ConfigLayer[], place: SettingsPlace): StandingRules {
  const rules: Record<Behavior, Rule[]> = { allow: [], ask: [], deny: [] };
  const directories: string[] = [];
  const warnings: string[] = [];
  let defaultMode: StandingRules['defaultMode'];
  let bypassDisabledBy: string | undefined;
  let autoDisabledBy: string | undefined;
  const blocked = { read: false, write: false };
  let unasked = place.flags.unasked ? 'nobody is asked (--permission-prompts none)' : undefined;
  let untrusted = false;
  const managedOnly = layers.some(
    (layer) => layer.source === 'managed' && layer.value.allowManagedPermissionRulesOnly === true,
  );

  const add = (value: unknown, behavior: Behavior, origin: RuleOrigin): void => {
    const rule = parseRule(value, behavior, origin);
    rules[behavior].push(rule);
    if (rule.problem !== undefined) {
      const effect = behavior === 'allow' ? 'it allows nothing' : effectOf(rule);
      warnings.push(
        `${origin.label}: the ${behavior} rule ${JSON.stringify(rule.text)} is wrong: ${rule.problem}; ${effect}`,
      );
    } else if (rule.specifier?.kind === 'never') {
      warnings.push(
        `${origin.label}: the ${behavior} rule ${JSON.stringify(rule.text)} never fits; write Edit(...) for files that are written`,
      );
    }
  };

  for (const layer of layers) {
    const label = layer.path ?? `${layer.source} settings`;
    const leftOut = (message: string) => {
      if (layer.path === undefined || place.told?.has(layer.path) !== true) warnings.push(`${label}: ${message}`);
    };
    const settings = layer.value.permissions;
    if (settings === undefined) continue;
    if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
      warnings.push(`${label}: permissions must be an object with allow, ask and deny`);
      continue;
    }
    const values = settings as Readonly<Record<string, unknown>>;
    const origin: RuleOrigin = { label, anchors: { source: layer.dir, cwd: place.cwd, home: place.home } };
    const shared = layer.source === 'project' || layer.source === 'local';
    const ignored: string[] = [];
    for (const behavior of BEHAVIORS) {
      const list = Object.hasOwn(values, behavior) ? values[behavior] : undefined;
      if (list === undefined) continue;
      if (behavior === 'allow' && managedOnly && layer.source !== 'managed') continue;
      if (behavior === 'allow' && shared && !place.trusted) {
        if (Array.isArray(list) && list.length > 0) ignored.push('permissions.allow');
        continue;
      }
      if (Array.isArray(list)) for (const value of list) add(value, behavior, origin);
      // one rule outside of a list: a denial must not be lost
      else add(list, behavior, origin);
    }
    const added = values.additionalDirectories;
    if (added !== undefined && shared && !place.trusted) ignored.push('permissions.additionalDirectories');
    else if (Array.isArray(added)) {
      for (const one of added) {
        if (typeof one === 'string' && one !== '' && !one.includes('\0')) {
          const folder = folderOf(one, layer.dir, place.home);
          if (!shared || isInside(walkPath(folder).resolved, repositoryTop(place))) directories.push(folder);
          else {
            leftOut(
              `permissions.additionalDirectories: ${one} is ignored, because a project may only name folders inside its repository`,
            );
          }
        } else warnings.push(`${label}: permissions.additionalDirectories must be a list of folders`);
      }
    } else if (added !== undefined)
      warnings.push(`${label}: permissions.additionalDirectories must be a list of folders`);
    if (ignored.length > 0) {
      untrusted = true;
      leftOut(
        `${ignored.join(' and ')} are ignored, because the folder is not trusted; start with --trust, or run tenon trust, to change that`,
      );
    }
    if (values.disableBypassPermissionsMode !== undefined && values.disableBypassPermissionsMode !== false)
      bypassDisabledBy ??= label;
    if (isOn(values.disableAutoMode)) autoDisabledBy ??= label;
    blocked.read ||= isOn(values.blockReadsOutsideWorkingDirectories);
    blocked.write ||= isOn(values.blockWritesOutsideWorkingDirectories);
    if (isOn(values.denyInsteadOfPrompting)) unasked ??= `nobody is asked (denyInsteadOfPrompting in ${label})`;
    if (values.defaultMode !== undefined) {
      if (shared) warnings.push(`${label}: permissions.defaultMode is ignored; a project cannot choose the mode`);
      else defaultMode ??= { value: values.defaultMode, label };
    }
  }
  const origin: RuleOrigin = {
    label: 'command line',
    anchors: { source: place.cwd, cwd: place.cwd, home: place.home },
  };
  if (!managedOnly) for (const value of place.flags.allow) add(value, 'allow', origin);
  for (const value of place.flags.deny) add(value, 'deny', origin);
  for (const one of place.flags.directories) directories.push(folderOf(one, place.cwd, place.home));
  return {
    rules,
    directories: [...new Set(directories)],
    untrusted,
    warnings,
    blocked,
    managedOnly,
    ...(unasked === undefined ? {} : { unasked }),
    ...(autoDisabledBy === undefined ? {} : { autoDisabledBy }),
    ...(defaultMode === undefined ? {} : { defaultMode }),
    ...(bypassDisabledBy === undefined ? {} : { bypassDisabledBy }),
  };
}

/** A switch of any layer that is not off: one of a wrong type counts, because it was meant to forbid something. */
function isOn(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** The folder of the session or the nearest above it that has a `.git`; never the home folder or one above that. */
function repositoryTop({ cwd, home }: SettingsPlace): string {
  for (let at = cwd; !isInside(home, at); at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return walkPath(at).resolved;
  }
  return walkPath(cwd).resolved;
}

function effectOf(rule: Rule): string {
  if (rule.tool === '') return 'it is not used, because it names no tool';
  return rule.specifier === undefined ? `it covers every call of ${rule.tool}` : `it is read as a rule of ${rule.tool}`;
}

/** An absolute folder from what a user wrote. */
export function folderOf(text: string, dir: string, home: string): string {
  if (text === '~' || text.startsWith('~/')) return resolve(home, text.slice(2));
  return resolve(dir, text);
}
