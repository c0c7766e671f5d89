import { type Disposable, disposable } from '../plugin-api/index.ts';
import { type Abortable, bounded } from '../plugin-api/lib/bounded.ts';

/** Milliseconds that one dispose may take before the next one runs. */
const DISPOSE_LIMIT = 2_000;

/**
 * What one start of an extension made: registrations, which wait until its setup has succeeded, and resources. All of
 * it is undone in reverse order.
 */
export class Scope implements Abortable {
  aborted = false;
  private readonly owned: Disposable[] = [];
  private readonly registered = new Set<Disposable>();
  private readonly offered = new Set<string>();
  private staged: (() => void)[] | undefined = [];
  private closed = false;

  private readonly listeners = new Set<() => void>();
  private controller: AbortController | undefined;

  /** Aborts with the scope. Made when it is first asked for: most extensions never do. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.aborted) this.controller.abort();
    return this.controller.signal;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
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
    this.aborted = true;
    this.controller?.abort();
    for (const listener of [...this.listeners]) listener();
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
