import { setMaxListeners } from 'node:events';
import { type Disposable, disposable } from '../plugin-api/index.ts';
import { bounded } from '../plugin-api/lib/bounded.ts';

/** Milliseconds that one dispose may take before the next one runs. */
const DISPOSE_LIMIT = 2_000;

/**
 * What one start of an extension made: registrations, which wait until its setup has succeeded, and resources. All of
 * it is undone in reverse order.
 */
export class Scope {
  readonly controller = new AbortController();
  private readonly owned: Disposable[] = [];
  private readonly registered = new Set<Disposable>();
  private readonly offered = new Set<string>();
  private staged: (() => void)[] | undefined = [];
  private closed = false;

  constructor() {
    // every running tap of the extension listens, and there may be many
    setMaxListeners(0, this.controller.signal);
  }

  /** Notes that a service was offered, which may not be in force yet. */
  offer(service: string): void {
    this.offered.add(service);
  }

  offers(service: string): boolean {
    return this.offered.has(service);
  }

  /** Ties a resource to this scope. What is tied to a scope that has ended is undone at once. */
  own(resource: Disposable | (() => void | Promise<void>)): void {
    const owned = typeof resource === 'function' ? disposable(resource) : resource;
    if (this.closed)
      void Promise.resolve(owned.dispose()).catch(() => undefined); // nobody is left to be told
    else this.owned.push(owned);
  }

  /** Registers something now, or once the scope is activated; `make` gives the way to undo it. */
  register(make: () => () => void): Disposable {
    let undo: (() => void) | undefined;
    let gone = this.closed;
    const registration = disposable(() => {
      gone = true;
      this.registered.delete(registration);
      undo?.();
    });
    const go = () => {
      if (!gone) undo = make();
    };
    if (!this.closed) this.registered.add(registration);
    if (this.staged === undefined) go();
    else this.staged.push(go);
    return registration;
  }

  /** Puts all registrations in force. */
  activate(): void {
    const staged = this.staged ?? [];
    this.staged = undefined;
    for (const go of staged) go();
  }

  /** Takes all registrations out of force; resources stay. */
  deactivate(): void {
    this.closed = true;
    for (const registration of [...this.registered].reverse()) void registration.dispose();
  }

  /** Ends the scope: aborts its signal and undoes everything in reverse, each bounded. */
  async release(failed: (error: unknown) => void): Promise<void> {
    this.deactivate();
    this.controller.abort();
    while (this.owned.length > 0) {
      const resource = this.owned.pop()!;
      try {
        await bounded(Promise.resolve(resource.dispose()), DISPOSE_LIMIT);
      } catch (error) {
        failed(error);
      }
    }
  }
}
