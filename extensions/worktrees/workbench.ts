import type { ExtensionApi, Host } from 'tenon/plugin-api';
import type { WorktreesConfig } from './manifest.ts';

/** What the tools work with. */
export interface Workbench {
  readonly api: ExtensionApi<WorktreesConfig>;
  readonly host: Host;
}
