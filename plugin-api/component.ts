/** Where a skill, an agent, a hook handler or another component of a setup comes from. */
export interface ComponentOrigin {
  /** The layer that decides precedence and trust. `plugin`: see `plugin`. `caller`: an SDK program or a flag. */
  readonly kind: 'bundled' | 'managed' | 'user' | 'project' | 'local' | 'caller' | 'plugin' | 'skill' | 'agent';
  /** The file it was read from; absent for what came from no file. */
  readonly file?: string;
  readonly plugin?: ComponentPlugin;
  /** False while it comes from a folder that is not trusted: nothing of it may run a program or grant a permission. */
  readonly trusted: boolean;
}

/** The plugin that a component belongs to. */
export interface ComponentPlugin {
  /** `name@marketplace`, `name@inline`. */
  readonly id: string;
  readonly name: string;
  readonly version?: string;
  /** Its folder: `${CLAUDE_PLUGIN_ROOT}`. */
  readonly root: string;
  /** A folder of its own that survives updates: `${CLAUDE_PLUGIN_DATA}`. May not exist yet. */
  readonly data: string;
  /** Answers to its `userConfig`, defaults filled in, those marked sensitive too: never shown to a model. */
  readonly options: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** The names of the options that are marked sensitive. */
  readonly sensitive: readonly string[];
}
