import type { ExtensionApi, Host } from 'tenon/plugin-api';
import type { WebToolsConfig } from './manifest.ts';

/** What the tools work with. */
export interface Workbench {
  readonly api: ExtensionApi<WebToolsConfig>;
  readonly host: Host;
}
