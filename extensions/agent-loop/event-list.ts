import type { ModelEvent, SessionEventBody, SessionEventValue, SessionRef } from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import type { LoopSession } from './session.ts';
import { messageOf } from './world.ts';

/** What a session adds to its list of events, and those who read it. A subagent adds to the list of its parent. */
export class EventList {
  private readonly session: LoopSession;
  private readonly parentToolUseId: string | null;
  private readonly observers = new Set<Promise<unknown>>();
  private readonly deltaIds = randomUuid().slice(0, 24);
  /** Counts in the list of a session itself only. */
  private seq = 0;
  private full: Promise<unknown> | undefined;

  constructor(session: LoopSession, parentToolUseId: string | null) {
    this.session = session;
    this.parentToolUseId = parentToolUseId;
  }

  add(body: SessionEventBody, uuid: string): void {
    const { session, parentToolUseId } = this;
    const { top, agent } = session;
    const seq = ++top.events.seq;
    const { SessionEvent } = session.world.api.hooks;
    const heard = session.options.onEvent;
    if (SessionEvent.idle && heard === undefined) return;
    const base = { seq, uuid, sessionId: top.id, time: Date.now(), parentToolUseId };
    const event = { ...body, ...base, ...(agent !== undefined && agentFields(agent)) };
    heard?.(event);
    if (SessionEvent.idle) return;
    this.wait(SessionEvent.fire({ session, event }));
  }

  /**
   * Adds one raw event of a model's stream: the same as `add`, but cheap, because there are a hundred thousand of them.
   * @param time milliseconds since the epoch, read once for a batch
   */
  addDelta(event: ModelEvent, time: number, ttftMs: number | undefined): Promise<void> | undefined {
    const { session, parentToolUseId } = this;
    const { top, agent } = session;
    const seq = ++top.events.seq;
    // unique by its random part and the number; a random one each costs more than all the rest
    const uuid = this.deltaIds + seq.toString(16).padStart(12, '0');
    const given: SessionEventValue = {
      session,
      event: { type: 'stream_event', event, seq, uuid, sessionId: top.id, time, parentToolUseId },
    };
    if (agent !== undefined) Object.assign(given.event, agentFields(agent));
    if (ttftMs !== undefined) Object.assign(given.event, { ttftMs });
    return session.world.api.hooks.SessionEvent.fire(given);
  }

  /** Counts a raw event that nobody reads. */
  skipDelta(): void {
    this.session.top.events.seq++;
  }

  /** Remembers that a reader is full. */
  wait(full: Promise<void> | undefined): void {
    if (full !== undefined) this.full = this.full === undefined ? full : Promise.all([this.full, full]);
  }

  /** Resolves when the readers have room again, or `signal` aborts. */
  async room(signal: AbortSignal = this.session.signal): Promise<void> {
    while (this.full !== undefined && !signal.aborted) {
      const { full } = this;
      await bounded(full, 0, signal).catch(() => undefined); // aborted: whoever goes on looks at the signal
      if (this.full === full) this.full = undefined;
    }
  }

  /** Does not wait for taps that only look on; `settled` does. */
  observe(fired: Promise<unknown>): void {
    const watched = fired
      .catch((error) => this.session.world.api.log.error(`a hook could not be fired: ${messageOf(error)}`))
      .finally(() => this.observers.delete(watched));
    this.observers.add(watched);
  }

  /** Resolves when taps that only look on are done. */
  async settled(): Promise<void> {
    await Promise.all(this.observers);
  }
}

function agentFields({ id, type, description }: NonNullable<SessionRef['agent']>) {
  return { agentId: id, agentType: type, ...(description !== undefined && { taskDescription: description }) };
}
