import type { ExtensionApi, Host } from 'tenon/plugin-api';

/** What every tool of this extension works with. */
export interface Workbench {
  readonly api: ExtensionApi;
  readonly host: Host;
  /** The folder of long outputs, readable by its owner alone; made at the first call. */
  outputs(): Promise<string>;
}

/** Makes the workbench. */
export function workbench(api: ExtensionApi, host: Host): Workbench {
  let folder: Promise<string> | undefined;
  return {
    api,
    host,
    outputs() {
      folder ??= import('./output-folder.ts').then(({ outputFolder }) => outputFolder(api));
      return folder;
    },
  };
}
