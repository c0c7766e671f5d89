import type { Config, Host, Invocation } from 'tenon/plugin-api';
import type { SettingsFolder } from './places.ts';

/** What flags and settings switch off. */
export interface Switches {
  /** May components of a folder take part? `named`: the user named the folder on the command line. */
  reads(scope: SettingsFolder['scope'], named: boolean): boolean;
  /** Installed plugins, and those in folders of skills, take part. */
  readonly plugins: boolean;
  /** `--plugin-dir` is followed. */
  readonly sideloads: boolean;
  /** May hook handlers take part? `forced`: those of a plugin that managed settings switch on. */
  runsHooks(whose: 'managed' | 'forced' | 'own'): boolean;
  /** Kinds of components that only plugins and the administrator may bring along: `skills`, `agents`, …. */
  readonly locked: ReadonlySet<string>;
}

const KINDS = ['skills', 'agents', 'output-styles', 'hooks', 'mcp'];

/** Reads `--bare`, `--safe-mode`, `--setting-sources` and the settings that switch hooks and customization off. */
export function switchesOf(host: Host, flags: Invocation['flags'], config: Config | undefined): Switches {
  const { env, distro } = host;
  const safe = flags['safe-mode'] === true || isSet(env.CLAUDE_CODE_SAFE_MODE);
  const bare = flags.bare === true || isSet(env.CLAUDE_CODE_SIMPLE);
  const chosen = flags['setting-sources'];
  const sources = typeof chosen === 'string' ? chosen.split(',').map((name) => name.trim()) : ['user', 'project'];
  const layers = config?.layers() ?? [];
  const managed = (key: string) => layers.find(({ source, value }) => source === 'managed' && value[key] !== undefined);
  const allOff = managed('disableAllHooks')?.value.disableAllHooks === true;
  const off = config?.get('disableAllHooks') === true;
  const managedOnly = managed('allowManagedHooksOnly')?.value.allowManagedHooksOnly === true;
  const locked = lockedKinds(
    layers
      .filter(({ source }) => source !== 'project' && source !== 'local')
      .map(({ value }) => value.strictPluginOnlyCustomization),
  );
  return {
    reads(scope, named) {
      if (scope === 'managed') return true;
      if (safe || (bare && !named)) return false;
      if (scope === 'project' && distro.plugins === 'user') return false;
      return sources.includes(scope);
    },
    plugins: !safe && !bare && distro.plugins !== 'none',
    sideloads: !safe && distro.plugins !== 'none' && config?.get('disableSideloadFlags') !== true,
    runsHooks(whose) {
      if (allOff) return false;
      if (whose === 'managed') return true;
      if (safe || bare || off) return false;
      return whose === 'forced' || !managedOnly;
    },
    locked,
  };
}

function lockedKinds(values: readonly unknown[]): ReadonlySet<string> {
  const kinds = values.flatMap((value) => {
    if (value === true) return KINDS;
    return Array.isArray(value) ? value.filter((kind): kind is string => typeof kind === 'string') : [];
  });
  return new Set(kinds);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
