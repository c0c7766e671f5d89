import { KernelError } from './errors.ts';
import { forwarder } from './forwarder.ts';
import { memo } from './memo.ts';
import type { Slot } from './slots.ts';

/** A forwarder is awaited as it is, also when its service is gone. */
// biome-ignore lint/suspicious/noThenProperty: it is there to be undefined
const NOT_A_PROMISE = { then: undefined };

interface Offer {
  readonly slot: Slot;
  readonly value: object;
}

/**
 * The services that are running. Users hold forwarders, which look the value up at each call, so that a service can be
 * swapped under them.
 */
export class Services {
  private readonly offers = new Map<string, readonly Offer[]>();
  private readonly forwarders = new Map<string, object>();
  private readonly providerOf: (id: string) => Slot | undefined;

  /** @param providerOf whose offer of a service counts, when several are in force */
  constructor(providerOf: (id: string) => Slot | undefined) {
    this.providerOf = providerOf;
  }

  /** Puts a service in force; the function it gives takes it out. */
  provide(slot: Slot, id: string, value: object): () => void {
    const offer = { slot, value };
    this.offers.set(id, [...(this.offers.get(id) ?? []), offer]);
    return () => {
      const left = (this.offers.get(id) ?? []).filter((one) => one !== offer);
      this.offers.set(id, left);
    };
  }

  /** True when the service can be called now. */
  has(id: string): boolean {
    const provider = this.providerOf(id);
    return (this.offers.get(id) ?? []).some(({ slot }) => provider === undefined || slot === provider);
  }

  /** The stable face of a service. */
  forwarder(id: string): object {
    return memo(this.forwarders, id, () => this.forward(id));
  }

  private forward(id: string): object {
    return forwarder(() => {
      const offers = this.offers.get(id) ?? [];
      const provider = this.providerOf(id);
      // while its provider is being released a service serves those that are released before it
      const offer = offers.find(({ slot }) => slot === provider) ?? offers.at(-1);
      if (offer !== undefined) return offer.value;
      throw new KernelError('NO_SERVICE', 'kernel', `${id} is not available any more: its provider was released`);
    }, NOT_A_PROMISE);
  }
}
