import type { PermissionAnswer, PermissionQuestion, Surface } from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { abortSource } from './abort-source.ts';
import type { LoopSession } from './session.ts';
import { messageOf } from './world.ts';

interface Open {
  readonly question: PermissionQuestion;
  readonly controller: AbortController;
  /** The surfaces that may still answer. */
  readonly waiting: Set<Surface>;
  settle(answer: PermissionAnswer | undefined): void;
}

/** An answer, and whether an extension or a user gave it. */
export interface Answered {
  readonly answer: PermissionAnswer;
  readonly by: 'hook' | 'user';
}

/** The questions of one session and its subagents that wait for an answer. */
export class Questions {
  private readonly session: LoopSession;
  private readonly open = new Map<string, Open>();

  constructor(session: LoopSession) {
    this.session = session;
  }

  /**
   * Asks for `asker`: first the PermissionRequest taps, then all attached surfaces at once. The first answer wins; `undefined` means
   * that nobody had one.
   * @throws BoundedError when `signal` aborts first; the question is withdrawn.
   */
  async ask(
    asker: LoopSession,
    asked: Omit<PermissionQuestion, 'id' | 'agentId'>,
    signal: AbortSignal,
  ): Promise<Answered | undefined> {
    const { session } = this;
    const { api } = session.world;
    const agent = asker.agent === undefined ? {} : { agentId: asker.agent.id };
    const question: PermissionQuestion = { id: randomUuid(), ...asked, ...agent };
    const automatic = await bounded(api.hooks.PermissionRequest.fire({ session: asker, ...question }), 0, signal);
    if (isAnswer(automatic)) return { answer: automatic, by: 'hook' };
    if (automatic !== undefined) api.log.warn('a PermissionRequest tap gave an answer that is none; it is not counted');
    if (session.surfaces.size === 0) return undefined;

    let settle: Open['settle'] = () => {};
    const answered = new Promise<PermissionAnswer | undefined>((resolve) => {
      settle = resolve;
    });
    const open: Open = { question, controller: abortSource(), waiting: new Set(), settle };
    this.open.set(question.id, open);
    session.setStatus('requires_action');
    asker.emit({ type: 'question', question });
    asker.notify('permission_prompt', `Permission is needed to use ${question.tool}`);
    for (const surface of session.surfaces) this.askSurface(open, surface);
    try {
      const answer = await bounded(answered, 0, signal);
      return answer === undefined ? undefined : { answer, by: 'user' };
    } finally {
      this.open.delete(question.id);
      open.controller.abort();
      asker.emit({ type: 'question_closed', id: question.id });
      if (this.open.size === 0) session.restoreStatus();
    }
  }

  /** Answers an open question; false when there is none of this id. */
  answer(id: string, answer: PermissionAnswer): boolean {
    const open = this.open.get(id);
    if (open === undefined) return false;
    if (!isAnswer(answer)) {
      throw new TypeError(
        `the answer to a question needs a verdict of "allow" or "deny", got ${JSON.stringify(answer)}`,
      );
    }
    open.settle(answer);
    return true;
  }

  /** A surface that comes late is asked what is open. */
  attached(surface: Surface): void {
    for (const open of this.open.values()) this.askSurface(open, surface);
  }

  detached(surface: Surface): void {
    for (const open of this.open.values()) this.without(open, surface);
  }

  private askSurface(open: Open, surface: Surface): void {
    const { log } = this.session.world.api;
    open.waiting.add(surface);
    void (async () => {
      try {
        const answer = await surface.ask(open.question, open.controller.signal);
        if (isAnswer(answer)) return open.settle(answer);
        if (answer !== undefined)
          log.warn(`the surface ${surface.name} gave an answer that is none; it is not counted`);
      } catch (error) {
        if (!open.controller.signal.aborted) log.warn(`the surface ${surface.name} could not ask: ${messageOf(error)}`);
      }
      this.without(open, surface);
    })();
  }

  private without(open: Open, surface: Surface): void {
    if (open.waiting.delete(surface) && open.waiting.size === 0) open.settle(undefined);
  }
}

function isAnswer(value: unknown): value is PermissionAnswer {
  if (typeof value !== 'object' || value === null) return false;
  const { verdict } = value as { verdict?: unknown };
  return verdict === 'allow' || verdict === 'deny';
}
