import { statSync } from 'node:fs';
import { join } from 'node:path';
import { trustedSettingsFiles } from 'tenon/plugin-api/lib/project-settings';

/** The settings files of a project that need trust, the one that counts first. Nothing of them is read. */
export function findTrustedFiles(dir: string, folder: string): readonly string[] {
  return trustedSettingsFiles(folder)
    .map((name) => join(dir, name))
    .filter((path) => {
      try {
        return statSync(path, { throwIfNoEntry: false }) !== undefined;
      } catch {
        return false; // not to be looked at, which is as good as not there
      }
    });
}
