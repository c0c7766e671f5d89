import { accessSync, constants, statSync } from 'node:fs';
import { platform } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Host } from 'tenon/plugin-api';
import type { Machine } from './command-plan.ts';

/** This machine. */
export function machineOf(host: Host): Machine {
  const { env } = host;
  const isExecutable = (path: string) => {
    try {
      accessSync(path, constants.X_OK);
      return isFile(path);
    } catch {
      return false; // not there, or not ours to run
    }
  };
  return {
    platform: platform(),
    env,
    node: process.execPath,
    isFile,
    isExecutable,
    find(program) {
      const ends = platform() === 'win32' ? (env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];
      for (const folder of (env.PATH ?? '').split(delimiter)) {
        if (folder === '') continue;
        for (const end of ends) {
          const path = join(folder, program + end);
          if (isExecutable(path)) return path;
        }
      }
      return undefined;
    },
  };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
