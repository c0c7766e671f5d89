import type { Config, HookHandler } from 'tenon/plugin-api';
import { isObject } from './answer.ts';

/** Settings that switch handlers off. */
export interface Switches {
  /** Why a handler does not run; `undefined` when nothing keeps it from that. */
  off(item: HookHandler): string | undefined;
}

/** Reads `disableAllHooks` and `allowManagedHooksOnly`. Handlers of the administrator are switched off by him alone. */
export function switchesOf(config: Config | undefined): Switches {
  const managed = config?.layers().find(({ source }) => source === 'managed')?.value ?? {};
  const allOff = managed.disableAllHooks === true;
  const off = config?.get('disableAllHooks') === true;
  const managedOnly = managed.allowManagedHooksOnly === true;
  const forced = isObject(managed.enabledPlugins) ? managed.enabledPlugins : {};
  return {
    off({ origin, handler }) {
      if (!origin.trusted) return 'its folder is not trusted';
      if (allOff) return 'disableAllHooks is set in the managed settings';
      if (origin.kind === 'managed') return undefined;
      if (off) return 'disableAllHooks is set';
      if (!managedOnly || handler.type === 'callback' || origin.kind === 'bundled') return undefined;
      if (origin.plugin !== undefined && forced[origin.plugin.id] === true) return undefined;
      return 'allowManagedHooksOnly is set in the managed settings';
    },
  };
}
