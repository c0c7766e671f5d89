/**
 * Milliseconds, with a fraction, of a clock that never goes back; only differences mean something. It is not
 * `performance.now()`, because Node loads nine modules with that at its first use.
 */
export function clock(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
