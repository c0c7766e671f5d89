import { type TempProject, testHost } from 'tenon/test-kit';
import { FolderTrust } from '../folder-trust.ts';

/** Folder trust of one run of the program. */
export function trustOf(home: TempProject, cwd: string, flags: Record<string, string | boolean> = {}, env = {}) {
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
  const host = testHost({ cwd, home: home.dir, env });
  return { trust: new FolderTrust(host, () => flags, log), warnings };
}

/** Settings with one hook. */
export const hook = (command: string) =>
  JSON.stringify({ hooks: { Stop: [{ hooks: [{ type: 'command', command }] }] } });
