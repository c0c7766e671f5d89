import type { ExtensionApi, Host } from 'tenon/plugin-api';

/** What the tools work with. */
export interface Workbench {
  readonly api: ExtensionApi;
  readonly host: Host;
}
