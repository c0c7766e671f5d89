import { basename, relative, resolve, sep } from 'node:path';
import type { ExtensionApi, SessionRef } from 'tenon/plugin-api';
import { availableSkills } from 'tenon/plugin-api/lib/invocable';
import { toldOf } from './announcement.ts';

/** Notes which skills for some files only are of use now that a file was read or changed. */
export async function touchFile(api: ExtensionApi, session: SessionRef, file: string): Promise<void> {
  const { touched } = toldOf(session);
  const open = availableSkills(api).filter(({ name, paths }) => paths !== undefined && !touched.has(name));
  if (open.length === 0) return;
  const { default: picomatch } = await import('picomatch');
  const path = relative(session.root, resolve(session.cwd, file)).replaceAll(sep, '/');
  for (const { name, paths = [] } of open) {
    const fits = paths.some((pattern) => {
      try {
        const subject = pattern.includes('/') ? path : basename(path);
        return picomatch(pattern.replace(/^\.?\//, ''), { dot: true, nonegate: true })(subject);
      } catch {
        return false; // picomatch refuses patterns that are too long
      }
    });
    if (fits) touched.add(name);
  }
}
