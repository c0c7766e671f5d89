import type { Awaitable, Disposable } from '../dispose.ts';
import type { ContentBlock, Message, Usage } from '../message.ts';
import type { Effort, Thinking, ToolOffer } from '../points/models.ts';
import type { PermissionAnswer, Surface } from '../points/surfaces.ts';
import type { JsonObject, JsonSchema } from '../schema.ts';
import { service } from '../service.ts';
import type { PermissionMode, SessionRef } from '../session.ts';
import type { ModelUsage, NoteEvent, ResultEvent, SessionEvent } from '../session-event.ts';
import type { ToolResult } from '../tool.ts';

/** How a session is opened. Everything is optional but `cwd`. */
export interface OpenOptions {
  /** An absolute path. */
  readonly cwd: string;
  /** A UUID; default: a new one. */
  readonly id?: string;
  /** Goes on with a kept session: its id, or `latest` of this folder. Needs `sessions@1`. */
  readonly resume?: string;
  /** With `resume`: a new session that starts with the same conversation. */
  readonly fork?: boolean;
  /** With `resume`: the uuid of the last message that counts; what came after it is left out. */
  readonly resumeAt?: string;
  readonly model?: string;
  /** The models to go on with, one after the other, when the model is overloaded, broken or not there. Default: the settings'. */
  readonly fallbackModels?: readonly string[];
  readonly effort?: Effort;
  readonly thinking?: Thinking;
  /** How thoughts are shown: `summarized`, `omitted`, or another word of the provider's. Default: as the model does. */
  readonly thinkingDisplay?: string;
  /** Tokens that a whole prompt should take, as advice to the model. */
  readonly taskBudget?: number;
  /** Features of the model's endpoint, by its own names. */
  readonly betas?: readonly string[];
  readonly permissionMode?: PermissionMode;
  /** Replaces the system prompt. */
  readonly systemPrompt?: string;
  /** Comes after the system prompt. */
  readonly appendSystemPrompt?: string;
  /** The built-in and extension tools to offer; default: all. */
  readonly tools?: readonly string[];
  /** A choice among those, asked for every tool, those of MCP servers too. It holds for subagents as well. */
  offersTool?(name: string): boolean;
  /** The same for this session alone: its subagents may have tools that it does not. */
  offersItself?(name: string): boolean;
  /** Model requests that one prompt may take; default: CLAUDE_CODE_MAX_TURNS, else no limit. */
  readonly maxTurns?: number;
  /** US dollars that the session and its subagents may cost, as far as prices are known; default: no limit. */
  readonly maxBudgetUsd?: number;
  /** Every prompt is answered with data of this shape (`structuredOutput` of the result). It describes an object. */
  readonly jsonSchema?: JsonSchema;
  /** A PreToolUse tap may put a call off, which ends the prompt; for runs that nobody watches. Default: false. */
  readonly deferrable?: boolean;
  /**
   * The session stays open between prompts: when work in the background ends and nothing else is under way, the model is
   * asked to go on by itself. Default: false.
   */
  readonly stays?: boolean;
  /** Default: true. */
  readonly persist?: boolean;
  readonly title?: string;
  /** What `Surface`s see from the first event on. */
  readonly surfaces?: readonly Surface[];
  /** Agents of the caller, by name, in the form of the flag `--agents`; needs `subagents@1`. See `Subagents.define`. */
  readonly agents?: JsonObject;
  /**
   * The agent that the session itself is: its prompt, tools, model and hooks, where the other options say nothing. Default:
   * the setting `agent`. Needs `subagents@1`.
   */
  readonly mainAgent?: string;
  /** Comes before the first prompt, as if the user had written both. */
  readonly initialPrompt?: string;
  /** Added to the fields of the `init` event. */
  readonly source?: 'user' | 'sdk';
  /** The conversation to start with. */
  readonly messages?: readonly Message[];
  /**
   * Opens the session of a subagent: it ends with `parent`, whose model, mode, effort, surfaces and budget it shares
   * where nothing else is said. Its events are in the parent's list, SessionStart, SessionEnd, UserPromptSubmit, Stop and
   * StopFailure are not fired for it, and what it takes counts for the parent too.
   */
  readonly parent?: SessionRef;
  /** With `parent`: what hooks and events say of it. */
  readonly agent?: { readonly id: string; readonly type: string; readonly description?: string };
  /** With `parent`: hears every event of the session but `stream_event`, before anybody else; it must not throw. */
  onEvent?(event: SessionEvent): void;
  /** With `parent`: the call that it works for. */
  readonly parentToolUseId?: string;
  /** With `parent`: interrupts its prompts. Default: the parent's own, so that one interrupt stops both. */
  readonly signal?: AbortSignal;
}

/** A message from a user. */
export interface UserInput {
  readonly content: string | readonly ContentBlock[];
  /** Kept as the uuid of the message's event. */
  readonly uuid?: string;
  /** Default: `user`. */
  readonly source?: 'user' | 'sdk' | 'system';
  /** `false`: it is added to the conversation, and nothing is asked of the model. The result is an empty success. */
  readonly shouldQuery?: boolean;
  /** `false`: text that begins with `/` is no command. Default: true. */
  readonly expand?: boolean;
  /**
   * When it is sent while another message is being answered. `next` (default): between two model requests of that
   * answer, or after it; text that begins with `/` only after it. `later`: after it. `now`: that answer is interrupted.
   */
  readonly priority?: 'now' | 'next' | 'later';
}

/** What is different for the prompt that is being answered, until it is answered. */
export interface PromptTerms {
  readonly model?: string;
  readonly effort?: Effort;
  /** Permission rules to allow. */
  readonly allow?: readonly string[];
  /** Permission rules to deny; a tool that is denied as a whole is not offered. */
  readonly deny?: readonly string[];
  /** Who says so, for messages: `the skill deploy`. */
  readonly by: string;
}

/** How a call of a tool that no model made has ended. */
export interface ToolRun {
  /** False when a hook or the permission rules did not let it run; `content` says why. */
  readonly allowed: boolean;
  readonly content: ToolResult['content'];
  readonly isError: boolean;
  /** The structured output of the tool. */
  readonly output?: unknown;
}

/** What an interrupt left and took, by the uuids of the messages. */
export interface Interrupted {
  /** Messages that wait still. */
  readonly queued: readonly string[];
  /** Messages that waited and will not be answered. */
  readonly cancelled: readonly string[];
}

/** An open session. All of its state is in its events; see SessionEvent. */
export interface Session extends SessionRef {
  readonly model: string;
  readonly status: 'running' | 'requires_action' | 'idle';
  /**
   * Sends a message and resolves when the prompt is answered, failed or interrupted. A message sent while another is
   * being answered waits (at most 100 wait), or becomes a part of that answer, whose result it then shares. It does not
   * throw for what the model or a tool does.
   * @throws Error when the session is closed, too many messages wait, or the message was withdrawn (its name is
   * `WithdrawnError` then).
   */
  send(input: UserInput): Promise<ResultEvent>;
  /**
   * Stops the running prompt: model request, tools and questions. Resolves when it has ended. Messages that wait are
   * answered then, unless `cancelQueued` is set.
   */
  interrupt(options?: { readonly cancelQueued?: boolean }): Promise<Interrupted>;
  /** Takes a message back that waits; false when none of this uuid does. Its `send` throws. */
  withdraw(uuid: string): boolean;
  /** `undefined` goes back to the default. A PreModelSwitch tap may refuse; then it throws. */
  setModel(model: string | undefined): Promise<void>;
  /** From the next request on; `undefined` goes back to what the model does by itself. */
  setEffort(effort: Effort | undefined): void;
  /** From the next request on; `undefined` goes back to what the model does by itself. */
  setThinking(thinking: Thinking | undefined): void;
  /** From the next request on; `undefined` goes back to what the model does by itself. */
  setThinkingDisplay(display: string | undefined): void;
  /** @throws Error when the mode is refused. */
  setPermissionMode(mode: PermissionMode): Promise<void>;
  setCwd(cwd: string): Promise<void>;
  /**
   * Changes how the running prompt is answered, from its next model request on and until it is answered. A model that is
   * refused is said to the user, and the prompt goes on as before.
   * @throws Error when no prompt is being answered.
   */
  adapt(terms: PromptTerms): Promise<void>;
  /**
   * Runs a tool within the running prompt as if the model had called it: hooks and permission rules are asked, but no
   * user is. The model does not hear of it.
   * @throws Error when no prompt is being answered, or there is no such tool.
   */
  runTool(tool: string, input: JsonObject): Promise<ToolRun>;
  /** Starts the conversation over: the model knows nothing of what was said so far. Fires SessionStart (`clear`). */
  clear(): Promise<void>;
  /** Gives the session another title. */
  setTitle(title: string): void;
  /** What the session has cost so far, and its subagents with it. */
  spent(): { readonly totalCostUsd: number; readonly modelUsage: Readonly<Record<string, ModelUsage>> };
  /** The tools of the last prompt's requests. */
  readonly tools: readonly ToolOffer[];
  /** Answers an open question; false when there is none of this id any more. */
  answer(questionId: string, answer: PermissionAnswer): boolean;
  attach(surface: Surface): Disposable;
  /** The conversation as the model would get it. */
  history(): readonly Message[];
  /** Says something to the user outside the conversation. */
  inform(level: 'info' | 'warning' | 'error', content: string, by?: 'hook'): void;
  /** Adds an event about the work of an extension, which surfaces show; the model does not get it, and it is not kept. */
  note(event: NoteEvent): void;
  /** Ends the session after the running prompt was interrupted; fires SessionEnd. */
  close(reason: 'clear' | 'resume' | 'logout' | 'prompt_input_exit' | 'other'): Promise<void>;
}

/** A one-off call of a model. */
export interface AskOptions {
  readonly prompt: string;
  readonly system?: string;
  readonly model?: string;
  readonly maxTokens?: number;
  readonly signal?: AbortSignal;
  /** The session that it is for: what it takes counts for that one and those above it. */
  readonly session?: SessionRef;
}

/** Sessions: opening them, finding them, steering them. Every surface steers through this. */
export interface Loop {
  /** @throws Error when the session to resume does not exist or cannot be read, or the model has no provider. */
  open(options: OpenOptions): Promise<Session>;
  /** The open session of an id, also a subagent's. */
  get(id: string): Session | undefined;
  /** The open sessions, without those of subagents. */
  sessions(): readonly Session[];
  /**
   * Runs `change` when no session is in the middle of a turn, and starts no turn before it is done. Tools and taps run
   * inside a turn: what they wait for cannot come before the turn has ended. They pass their session as `from`, which
   * makes that an error at once, or do not wait for the promise, which puts the change behind the turn.
   * @throws Error when `from` is in a turn, or a turn does not end within a minute.
   */
  atBoundary<T>(change: () => Awaitable<T>, options?: { readonly from?: SessionRef }): Promise<T>;
  /** One question to a model, outside of any session. */
  ask(options: AskOptions): Promise<{ readonly text: string; readonly usage: JsonObject }>;
  /** Counts what a request took that somebody made of a provider for a session, as the loop counts its own. */
  count(session: SessionRef, model: string, usage: Usage): Promise<void>;
}

/** Sessions and the agent loop. */
export const Loop = service<Loop>('loop@1');
