import type { ExtensionApi, Host } from 'tenon/plugin-api';

/** What every tool of this extension works with. */
export interface Workbench {
  readonly api: ExtensionApi;
  readonly host: Host;
}
