import type { Disposable } from '../dispose.ts';
import type { JsonObject } from '../schema.ts';
import { service } from '../service.ts';
import type { OpenOptions, Session } from './loop.ts';

/** The other end of the control protocol, in the hands of whoever carries frames to it and from it. */
export interface ControlPeer {
  /** Sends a frame; absent where nobody could answer one. */
  send?(frame: JsonObject): void;
  /** Says in one line what is wrong with what came. */
  warn(text: string): void;
}

/** A program that steers one session with frames of type `control_request`, and answers those it gets. */
export interface ControlClient extends Disposable {
  /**
   * Takes a frame of type `control_request`, `control_response` or `control_cancel_request`. Requests that come before
   * the session is open wait for it. Never throws: what is wrong with a frame goes to the other end, or to `warn`.
   * @returns a promise when what was asked changes how later messages are answered: send those when it has resolved
   */
  receive(frame: JsonObject): Promise<void> | undefined;
  /** Adds what was asked for so far (`initialize`), and who answers questions, to the options of the session. */
  prepare(options: OpenOptions): Promise<OpenOptions>;
  /** The session is open. @returns a promise when the requests so far change how messages are answered, as `receive` does */
  opened(session: Session): Promise<void> | undefined;
  /** Nothing more comes from it: what it is asked from now on fails at once. */
  hangUp(): void;
  /** True while it has been asked something and has not answered. */
  readonly busy: boolean;
  /** It wants to see what subagents say. */
  readonly agentText: boolean;
}

/**
 * The control protocol of headless programs, for print mode and whoever else carries its frames: permission questions,
 * hook callbacks, changes of model and mode. https://docs.claude.com/en/docs/agent-sdk/typescript describes its client.
 */
export interface Control {
  /**
   * Begins to talk to a client. `dispose` of the client waits a little for requests that are being answered, and answers
   * the others with an error.
   * @throws UsageError when `--permission-prompt-tool` asks for what cannot be had
   */
  connect(peer: ControlPeer): Promise<ControlClient>;
}

/** The control protocol. */
export const Control = service<Control>('control@1');
