/** Something that can be undone. Every registration returns one; calling it twice has no further effect. */
export interface Disposable {
  dispose(): void | Promise<void>;
}

/** A value or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/** Wraps `undo` so that it runs at most once. */
export function disposable(undo: () => void | Promise<void>): Disposable {
  let done = false;
  return {
    dispose() {
      if (done) return;
      done = true;
      return undo();
    },
  };
}
