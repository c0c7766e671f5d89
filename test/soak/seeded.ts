/** Random numbers that a seed repeats. */
export interface Seeded {
  /** From 0 up to 1. */
  fraction(): number;
  /** A whole number from 0 up to `below`. */
  number(below: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** The generator known as mulberry32: 32 bits of state, good enough to spread moments and choices. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (below: number) => Math.floor(fraction() * below);
  return { fraction, number, pick: (items) => items[number(items.length)]! };
}
