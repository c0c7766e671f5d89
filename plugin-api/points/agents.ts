import type { ComponentOrigin } from '../component.ts';
import type { JsonObject } from '../schema.ts';
import { point } from '../service.ts';
import type { PermissionMode } from '../session.ts';

/** What is known of a subagent without reading its prompt. */
export interface AgentDeclaration {
  /** What the tool `Agent` takes as its type: `reviewer`, `acme:reviewer`. */
  readonly name: string;
  /** When to use it. */
  readonly description: string;
  readonly origin: ComponentOrigin;
}

/** A subagent that the model may start. */
export interface AgentDefinition extends AgentDeclaration {
  /** Tools it may use, as rules; absent: all that a subagent may have. */
  readonly tools?: readonly string[];
  /** Taken away before `tools` is looked at. */
  readonly disallowedTools?: readonly string[];
  /** A model, an alias, or `inherit` (the default). */
  readonly model?: string;
  readonly effort?: string;
  readonly permissionMode?: PermissionMode;
  readonly maxTurns?: number;
  /** Skills whose whole text it starts with. */
  readonly skills?: readonly string[];
  /** Names of servers, or servers of its own (`{ name: config }`). */
  readonly mcpServers?: readonly (string | JsonObject)[];
  /** Hook handlers that hold while it runs, as written (`{ Event: [...] }`). */
  readonly hooks?: JsonObject;
  /** Where it keeps a memory of its own. */
  readonly memory?: 'user' | 'project' | 'local';
  readonly background?: boolean;
  /** Works in a git worktree of its own. */
  readonly isolation?: 'worktree';
  /** Sent as the first message when it is the main conversation. */
  readonly initialPrompt?: string;
  readonly color?: string;
  /** It is not given the instruction files. */
  readonly omitInstructions?: boolean;
  /**
   * Its system prompt, read now, variables of its plugin filled in.
   * @throws Error that names the file when it cannot be read
   */
  prompt(): Promise<string>;
}

/** Subagents, by type. */
export const Agents = point<AgentDefinition>(
  'agents',
  (agent) => agent.name,
  (owner, name) => `${owner}:${name}`,
);
