import type { Entry, Origin } from '../extension.ts';
import { service } from '../service.ts';

/** What became of one extension in a reload. */
export interface ReloadOutcome {
  readonly id: string;
  /** `added` and `removed`: it is new, or gone. `kept`: it did not change. `failed`: the version that ran goes on. */
  readonly outcome: 'reloaded' | 'added' | 'removed' | 'kept' | 'failed';
  /** What to tell the user, one line. */
  readonly message: string;
}

/** Native extensions from outside: folders and files of the user, of the project, and of `--plugin`. */
export interface PluginLoader {
  /**
   * The extension that a folder or file is, ready for `extensions@1`; `undefined` when it is none. Code is run only where
   * the manifest stands in it.
   * @param path absolute
   * @throws Error that names the file and what to do
   */
  entry(path: string, origin: Origin['kind']): Promise<Entry | undefined>;
  /**
   * Looks at all places again. What is new is added, what is gone is released, and what changed starts beside the version
   * that runs and takes over between two turns. Resolves before that when `wait` is false.
   * @param options.ids also these, whether they changed or not
   * @param options.wait default: true. Somebody inside of a turn must not wait for its end.
   */
  reload(options?: { readonly ids?: readonly string[]; readonly wait?: boolean }): Promise<readonly ReloadOutcome[]>;
}

/** Native extensions from outside. */
export const PluginLoader = service<PluginLoader>('plugin-loader@1');
