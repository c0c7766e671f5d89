import type { JsonObject } from '../schema.ts';
import { service } from '../service.ts';

/** Where a settings layer comes from, from the strongest to the weakest. */
export type SettingSource = 'managed' | 'flag' | 'local' | 'project' | 'user' | 'distro';

export interface ConfigLayer {
  readonly source: SettingSource;
  /** The file, when it is one. */
  readonly path?: string;
  /** The folder that relative paths in the layer start from, absolute. */
  readonly dir: string;
  readonly value: JsonObject;
}

/** What is wrong with a settings file or key. */
export interface ConfigProblem {
  readonly source: SettingSource;
  readonly path?: string;
  /** The dotted key; absent when the whole file could not be read. */
  readonly key?: string;
  /** True when nothing is wrong with the value, but a project may not set it, or not before the folder is trusted. */
  readonly skipped?: boolean;
  readonly message: string;
}

/** The merged settings: scalars from the strongest layer, objects merged, lists joined. */
export interface Config {
  /** The merged value under a dotted key; `undefined` when no layer has it. Security keys of a folder that is not trusted do not count. */
  get<T = unknown>(key: string): T | undefined;
  /** All layers, strongest first, as they stand in their files. A reader of a security key checks `source` and trust itself. */
  layers(): readonly ConfigLayer[];
  /** The settings of one extension, from `extensions.<id>`. */
  extension(id: string): JsonObject;
  problems(): readonly ConfigProblem[];
  /**
   * Writes one dotted key of a settings file and keeps the rest of the file; `undefined` removes the key.
   * @throws Error naming the file when it cannot be read as JSON or written, or the key when it is locked.
   */
  set(source: 'local' | 'project' | 'user', key: string, value: unknown): Promise<void>;
  /**
   * Lays settings over those of the command line (`flag`), for as long as the program runs: objects are merged, `null`
   * takes a key away that was laid over before.
   */
  lay(settings: JsonObject): Promise<void>;
  /** The folder of the user's settings, absolute (`CLAUDE_CONFIG_DIR` or the distribution's own). */
  readonly userFolder: string;
  /** The folder of the project's settings, absolute; it may not exist. */
  readonly projectFolder: string;
}

/** The merged settings. */
export const Config = service<Config>('config@1');
