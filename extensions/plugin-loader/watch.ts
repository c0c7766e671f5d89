import { existsSync, type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Disposable } from 'tenon/plugin-api';
import { isCodeFile } from 'tenon/plugin-api/lib/native-manifest';
import { sourcesOf } from './source-files.ts';

/** Milliseconds of quiet after which files count as written: editors and compilers write several, and each in steps. */
const QUIET = 150;

/** Who wants to hear of changes. */
export interface SourceWatcher {
  /** True while a model may be the one who changes files. Asked with every change. */
  atWork(): boolean;
  /** Files have changed. @param byModel it may have been a model */
  changed(byModel: boolean): Promise<void>;
  /** Told why something cannot be watched; the rest is. */
  failed(message: string): void;
}

/**
 * Calls `changed` when files of extensions change: the folders themselves are watched, because many editors put a new file
 * in the place of the old one. Watching keeps no program alive.
 * @param paths of extensions: folders, or files
 */
export function watchSources(paths: readonly string[], watcher: SourceWatcher): Disposable {
  const { changed, failed, atWork } = watcher;
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let worked = false;

  const settled = () => {
    lookForFolders();
    const byModel = worked;
    worked = false;
    changed(byModel).catch((error: unknown) => failed(`extensions cannot be reloaded: ${(error as Error).message}`));
  };
  const stir = () => {
    worked ||= atWork();
    clearTimeout(timer);
    timer = setTimeout(settled, QUIET);
    timer.unref();
  };
  const add = (folder: string, only?: string) => {
    if (closed || watchers.has(folder)) return;
    const drop = (error: Error) => {
      watchers.get(folder)?.close();
      watchers.delete(folder);
      failed(`changes in ${folder} are not seen any more: ${error.message}; /reload looks at all files`);
    };
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || (only === undefined ? !name.startsWith('.') : name === only)) stir();
      });
      watchers.set(folder, watcher.on('error', drop));
    } catch (error) {
      failed(`changes in ${folder} are not seen: ${(error as Error).message}; /reload looks at all files`);
    }
  };
  const lookForFolders = () => {
    for (const path of paths.filter((one) => existsSync(one))) {
      if (isCodeFile(path)) add(dirname(path), basename(path));
      else for (const folder of sourcesOf(path).folders) add(folder);
    }
  };

  lookForFolders();
  return {
    dispose() {
      closed = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
