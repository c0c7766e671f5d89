import type { Kernel } from './kernel.ts';

/** Milliseconds between two looks at the clock. */
const PERIOD = 500;
/** Milliseconds that the event loop may be blocked before somebody is named. */
const LIMIT = 2_000;

/**
 * Notices when the event loop was blocked, which no time limit can end, and names the extension that was entered last.
 * The function it gives stops it.
 */
export function watchLag(kernel: Kernel, limit = LIMIT): () => void {
  let due = Date.now() + PERIOD;
  const timer = setInterval(() => {
    const now = Date.now();
    const late = now - due;
    due = now + PERIOD;
    if (late < limit) return;
    const { extension, hook } = kernel.lastEntered;
    const where = hook === '' ? '' : ` in ${hook}`;
    const text = `the program stood still for ${Math.round(late)} ms; ${extension} was entered last${where}`;
    kernel.report('warning', 'BLOCKED', extension, text);
  }, PERIOD);
  timer.unref();
  return () => clearInterval(timer);
}
