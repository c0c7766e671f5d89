import type { JsonObject, PermissionMode, PluginProblem } from 'tenon/plugin-api';

/** A skill or command, as its file says it. Plain JSON, because the index keeps it. */
export interface SkillRecord {
  /** Without the name of its plugin. */
  readonly name: string;
  /** Below the folder it was read from, with `/`; absent when the text stands in the manifest. */
  readonly file?: string;
  /** The text, when it stands in the manifest. */
  readonly content?: string;
  readonly description: string;
  readonly whenToUse?: string;
  readonly argumentHint?: string;
  readonly arguments?: readonly string[];
  readonly modelInvocable?: false;
  readonly userInvocable?: false;
  readonly command?: true;
  readonly paths?: readonly string[];
  readonly allowedTools?: readonly string[];
  readonly disallowedTools?: readonly string[];
  readonly model?: string;
  readonly effort?: string;
  readonly fork?: true;
  readonly agent?: string;
  readonly background?: boolean;
  readonly hooks?: JsonObject;
  readonly shell?: 'bash' | 'powershell';
}

/** A subagent, as its file says it. */
export interface AgentRecord {
  /** Without the name of its plugin, folders of a plugin before it: `sub:reviewer`. */
  readonly name: string;
  readonly file: string;
  readonly description: string;
  readonly tools?: readonly string[];
  readonly disallowedTools?: readonly string[];
  readonly model?: string;
  readonly effort?: string;
  readonly permissionMode?: PermissionMode;
  readonly maxTurns?: number;
  readonly skills?: readonly string[];
  readonly mcpServers?: readonly (string | JsonObject)[];
  readonly hooks?: JsonObject;
  readonly memory?: 'user' | 'project' | 'local';
  readonly background?: boolean;
  readonly isolation?: 'worktree';
  readonly initialPrompt?: string;
  readonly color?: string;
  readonly omitInstructions?: boolean;
}

/** An output style, as its file says it. */
export interface StyleRecord {
  readonly name: string;
  readonly file: string;
  readonly description: string;
  readonly keepCodingInstructions?: true;
  readonly force?: true;
}

/** Hooks of one file or of the manifest: `{ Event: [groups] }`, as written. */
export interface HookRecord {
  readonly file?: string;
  readonly hooks: JsonObject;
}

/** What a question of `userConfig` allows as an answer. */
export interface UserOption {
  readonly type: 'string' | 'number' | 'boolean' | 'directory' | 'file';
  readonly sensitive?: true;
  readonly required?: true;
  readonly multiple?: true;
  readonly default?: string | number | boolean | readonly string[];
  readonly min?: number;
  readonly max?: number;
}

/** What a plugin says of itself. */
export interface PluginFacts {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly defaultEnabled?: false;
  readonly userConfig?: Readonly<Record<string, UserOption>>;
  /** Names of other plugins, `name` or `name@marketplace`. */
  readonly dependencies?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
}

/** Why a plugin failed whose folder is not there. */
export const GONE = 'its folder is gone';

/** All that was read in one folder: a plugin, or the settings folder of a user, a project, an administrator. */
export interface Contents {
  /** Absent in a settings folder. */
  readonly plugin?: PluginFacts;
  /** Why nothing of it takes part. */
  readonly failed?: string;
  readonly skills: readonly SkillRecord[];
  readonly agents: readonly AgentRecord[];
  readonly styles: readonly StyleRecord[];
  readonly hooks: readonly HookRecord[];
  readonly mcpServers: Readonly<Record<string, JsonObject>>;
  readonly lspServers: Readonly<Record<string, JsonObject>>;
  /** There is a `bin` folder with something in it. */
  readonly bin?: true;
  /** The subagent that the plugin wants as the main conversation. */
  readonly agent?: string;
  /** Folders of skills that are plugins of their own. */
  readonly plugins?: readonly string[];
  readonly problems: readonly PluginProblem[];
}
