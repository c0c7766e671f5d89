import type { ExtensionApi, Host } from 'tenon/plugin-api';

/** What everything here works with. */
export interface Workbench {
  readonly api: ExtensionApi;
  readonly host: Host;
}
