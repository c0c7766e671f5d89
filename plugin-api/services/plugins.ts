import { service } from '../service.ts';

/** Something about a plugin, or a file of a settings folder, that its user or author should know. */
export interface PluginProblem {
  /**
   * `manifest`, `path`, `front-matter`, `file`, `hooks`, `mcp`, `lsp`, `user-config`, `dependency`, `engine`, `name-taken`,
   * `not-installed`, `not-a-plugin`, `untrusted`, `policy`, `unsupported`.
   */
  readonly type: string;
  /** `error`: a part or all of it does not take part. `warning`: it does, but not as its author may think. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The file, below the folder of the plugin. */
  readonly file?: string;
}

/** The names of components, by kind; kinds without any are absent. */
export type ComponentNames = Readonly<
  Partial<
    Record<'commands' | 'skills' | 'agents' | 'outputStyles' | 'hooks' | 'mcpServers' | 'lspServers', readonly string[]>
  >
>;

/** One plugin in Claude's format, loaded or not. */
export interface PluginReport {
  /** `name@marketplace`, `name@inline` (a flag), `name@skills-dir`. */
  readonly id: string;
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  /** Its folder, absolute; empty when it is not installed. */
  readonly path: string;
  /** Whose settings switch it on; `inline`: for this run. */
  readonly scope: 'managed' | 'user' | 'project' | 'local' | 'flag' | 'inline';
  readonly enabled: boolean;
  /** False when it is switched off or does not take part; the problems say why. */
  readonly loaded: boolean;
  readonly components: ComponentNames;
  readonly problems: readonly PluginProblem[];
}

/** A settings folder with components: the user's, the project's, the administrator's, or one of `--add-dir`. */
export interface FolderReport {
  readonly path: string;
  readonly scope: 'managed' | 'user' | 'project';
  readonly trusted: boolean;
  readonly components: ComponentNames;
  readonly problems: readonly PluginProblem[];
}

/** What changed when everything was read again. The ids of plugins and the paths of folders. */
export interface PluginReload {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What is wrong with a plugin or a marketplace, for its author. */
export interface PluginValidation {
  readonly path: string;
  /** What the folder was taken for. */
  readonly kind: 'plugin' | 'marketplace';
  /** True without errors; with `strict`, without warnings too. */
  readonly valid: boolean;
  readonly problems: readonly PluginProblem[];
}

/** Plugins in Claude's format, and the folders of the same format. */
export interface Plugins {
  /** The plugins that are switched on or were named for this run, in the order of their precedence. */
  list(): readonly PluginReport[];
  /** The same with all that are installed and not switched on. */
  installed(): Promise<readonly PluginReport[]>;
  folders(): readonly FolderReport[];
  /** The subagent that a plugin wants as the main conversation where the user chose none (`agent` of its settings.json). */
  readonly defaultAgent: string | undefined;
  /**
   * Reads everything again and changes what the points hold, between two turns.
   * @param more.dirs folders of plugins that take part from now on, as if named by `--plugin-dir`
   * @throws Error when it is called within a turn that would have to end first
   */
  reload(more?: { readonly dirs?: readonly string[] }): Promise<PluginReload>;
  /** Reads a plugin that does not take part: what it would bring along. The folder is not changed, nothing of it runs. */
  read(dir: string): Promise<PluginReport>;
  /**
   * Checks a plugin or a marketplace as its author wants it.
   * @param options.strict warnings make it invalid too
   */
  validate(dir: string, options?: { readonly strict?: boolean }): Promise<PluginValidation>;
}

/** Plugins in Claude's format. */
export const Plugins = service<Plugins>('plugins@1');
