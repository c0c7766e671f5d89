import type { Awaitable, Disposable } from '../dispose.ts';
import type { ContentBlock, Message } from '../message.ts';
import type { PermissionAnswer, Surface } from '../points/surfaces.ts';
import type { JsonObject } from '../schema.ts';
import { service } from '../service.ts';
import type { PermissionMode, SessionRef } from '../session.ts';
import type { NoteEvent, ResultEvent } from '../session-event.ts';

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
  readonly model?: string;
  readonly permissionMode?: PermissionMode;
  /** Replaces the system prompt. */
  readonly systemPrompt?: string;
  /** Comes after the system prompt. */
  readonly appendSystemPrompt?: string;
  /** The built-in and extension tools to offer; default: all. */
  readonly tools?: readonly string[];
  /** Model requests that one prompt may take; default: no limit. */
  readonly maxTurns?: number;
  /** Default: true. */
  readonly persist?: boolean;
  readonly title?: string;
  /** What `Surface`s see from the first event on. */
  readonly surfaces?: readonly Surface[];
  /** Added to the fields of the `init` event. */
  readonly source?: 'user' | 'sdk';
}

/** A message from a user. */
export interface UserInput {
  readonly content: string | readonly ContentBlock[];
  /** Kept as the uuid of the message's event. */
  readonly uuid?: string;
  /** Default: `user`. */
  readonly source?: 'user' | 'sdk' | 'system';
}

/** An open session. All of its state is in its events; see SessionEvent. */
export interface Session extends SessionRef {
  readonly model: string;
  readonly status: 'running' | 'requires_action' | 'idle';
  /**
   * Sends a message and resolves when the prompt is answered, failed or interrupted. A message sent while another is
   * being answered waits its turn (at most 100 wait). It does not throw for what the model or a tool does.
   * @throws Error when the session is closed, or too many messages wait.
   */
  send(input: UserInput): Promise<ResultEvent>;
  /** Stops the running prompt: model request, tools and questions. Resolves when it has ended. */
  interrupt(): Promise<void>;
  /** `undefined` goes back to the default. A PreModelSwitch tap may refuse; then it throws. */
  setModel(model: string | undefined): Promise<void>;
  /** @throws Error when the mode is refused. */
  setPermissionMode(mode: PermissionMode): Promise<void>;
  setCwd(cwd: string): Promise<void>;
  /** Answers an open question; false when there is none of this id any more. */
  answer(questionId: string, answer: PermissionAnswer): boolean;
  attach(surface: Surface): Disposable;
  /** The conversation as the model would get it. */
  history(): readonly Message[];
  /** Says something to the user outside the conversation. */
  inform(level: 'info' | 'warning' | 'error', content: string): void;
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
}

/** Sessions: opening them, finding them, steering them. Every surface steers through this. */
export interface Loop {
  /** @throws Error when the session to resume does not exist or cannot be read, or the model has no provider. */
  open(options: OpenOptions): Promise<Session>;
  get(id: string): Session | undefined;
  sessions(): readonly Session[];
  /** Runs `change` when no session is in the middle of a turn, and starts no turn before it is done. */
  atBoundary<T>(change: () => Awaitable<T>): Promise<T>;
  /** One question to a model, outside of any session. */
  ask(options: AskOptions): Promise<{ readonly text: string; readonly usage: JsonObject }>;
}

/** Sessions and the agent loop. */
export const Loop = service<Loop>('loop@1');
