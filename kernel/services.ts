import { KernelError } from './errors.ts';
import { forwarder } from './forwarder.ts';
import { memo } from './memo.ts';
import type { Slot } from './slots.ts';

/** A forwarder is awaited as it is, also when its service is gone. */
// biome-ignore lint/suspicious/noThenProperty: it is there to be undefined
const NOT_A_PROMISE = { then: undefined };

/**
 * The services that are running. Users hold forwarders, which look the value up at each call, so that a service can be
 * swapped under them.
 */
export class Services {
  private readonly values = new Map<string, { readonly slot: Slot; readonly value: object }>();
  private readonly forwarders = new Map<string, object>();

  /** Puts a service in force; the function it gives takes it out. */
  provide(slot: Slot, id: string, value: object): () => void {
    const entry = { slot, value };
    this.values.set(id, entry);
    return () => {
      if (this.values.get(id) === entry) this.values.delete(id);
    };
  }

  has(id: string): boolean {
    return this.values.has(id);
  }

  /** The stable face of a service. */
  forwarder(id: string): object {
    return memo(this.forwarders, id, () => this.forward(id));
  }

  private forward(id: string): object {
    return forwarder(() => {
      const entry = this.values.get(id);
      if (entry !== undefined) return entry.value;
      throw new KernelError('NO_SERVICE', 'kernel', `${id} is not available any more: its provider was released`);
    }, NOT_A_PROMISE);
  }
}
