import type { Disposable } from '../dispose.ts';
import type { Usage } from '../message.ts';
import type { AgentDeclaration } from '../points/agents.ts';
import type { JsonObject, JsonSchema } from '../schema.ts';
import { service } from '../service.ts';
import type { SessionRef } from '../session.ts';
import type { OpenOptions, Session } from './loop.ts';

/** Work for a subagent. */
export interface SubagentRequest {
  /** The type of the agent; default `general-purpose`. */
  readonly type?: string;
  /** All that it is told: it does not see the conversation. */
  readonly prompt: string;
  /** In a few words, for people; default: the beginning of the prompt. */
  readonly description?: string;
  /** The session that it works for. */
  readonly session: SessionRef;
  /** Ends it; default: the session's own. Work in the background ends with the session in any case. */
  readonly signal?: AbortSignal;
  /** The call that it works for. */
  readonly toolUseId?: string;
  /** Do not wait for it: its session is told of its end. Default: false. */
  readonly background?: boolean;
  /** A model or an alias, before what its type says. */
  readonly model?: string;
  readonly effort?: string;
  /** Another name for it, for `send`. */
  readonly name?: string;
  /** In a git worktree of its own. */
  readonly isolation?: 'worktree';
  /** Model requests that it may take; default: what its type says. */
  readonly maxTurns?: number;
  /** Fewer tools than its type has. */
  readonly tools?: readonly string[];
  /** It answers with data of this shape (`structuredOutput`). */
  readonly jsonSchema?: JsonSchema;
}

/** What came of the work. */
export interface SubagentResult {
  /** `launched`: it is at work in the background. `stopped`: it was interrupted. */
  readonly status: 'completed' | 'failed' | 'stopped' | 'launched';
  readonly agentId: string;
  readonly agentType: string;
  /** Its last answer; of one that failed, what went wrong and what it had said. Empty while it is at work. */
  readonly text: string;
  readonly structuredOutput?: unknown;
  readonly totalTokens: number;
  readonly totalToolUseCount: number;
  readonly totalDurationMs: number;
  readonly usage: Usage;
  /** Its transcript, when the session is kept. */
  readonly transcriptPath?: string;
  /** What it puts out, when it is in the background. */
  readonly outputFile?: string;
  /** The worktree that is left because there are changes in it. */
  readonly worktreePath?: string;
  readonly worktreeBranch?: string;
}

/** An agent that can be started, with what a list of them shows. */
export interface SubagentType extends AgentDeclaration {
  readonly model?: string;
}

/** A session that is to begin as an agent: its options, and what is to happen once it is open. */
export interface PreparedSession {
  readonly options: OpenOptions;
  opened(session: Session): Promise<void>;
}

/**
 * Subagents: sessions below a session that do a piece of work and report. Used by the tools `Agent` and `SendMessage`, by
 * skills that run in a subagent, by hook handlers of the type `agent`, and by the loop for sessions with agents of their
 * own.
 */
export interface Subagents {
  /**
   * Has an agent do some work. What goes wrong on the way shows in the result.
   * @throws Error in words for a model when there is no such type (which names those there are), a rule denies it, or
   * agents are nested too deep
   */
  run(request: SubagentRequest): Promise<SubagentResult>;
  /**
   * Tells an agent of a session something more: one that is at work reads it before it goes on, one that has ended goes on
   * with all that it knows, in the background, also after a restart of the program.
   * @param to its id or its name
   * @returns `queued`: it is at work; `resumed`: it had ended
   * @throws Error in words for a model when there is no such agent (which names those there are)
   */
  send(
    session: SessionRef,
    to: string,
    message: string,
    toolUseId?: string,
  ): Promise<{ readonly how: 'queued' | 'resumed'; readonly agentId: string; readonly agentType: string }>;
  /** The agents that a session may start, those that rules take away left out. */
  list(session: SessionRef): Promise<readonly SubagentType[]>;
  /**
   * Gives a session agents of its own: name to definition, in the form of the flag `--agents` and of the field `agents` of
   * the control request `initialize`. They come before those of the same name of project, user and plugins, and after
   * managed ones. Agents that are known when the session is opened belong into `OpenOptions.agents`.
   * @throws UsageError that names the agent, the field, and what was expected
   */
  define(session: SessionRef, agents: JsonObject): Disposable;
  /**
   * For whoever opens sessions: follows `OpenOptions.agents` and `mainAgent`.
   * @throws UsageError for definitions that make no sense, and for an agent that does not exist
   */
  prepare(options: OpenOptions): Promise<PreparedSession>;
}

/** Subagents. */
export const Subagents = service<Subagents>('subagents@1');
