/** A text with `\n` as its only line end, and the way back. */
export interface LineFeeds {
  readonly text: string;
  /** The place in the original text of a place in `text`. */
  original(at: number): number;
}

/** Takes the carriage returns of `\r\n` out. */
export function toLineFeeds(original: string): LineFeeds {
  if (!original.includes('\r\n')) return { text: original, original: (at) => at };
  // places in the new text of the line feeds that lost their carriage return
  const places: number[] = [];
  for (let from = original.indexOf('\r\n'); from >= 0; from = original.indexOf('\r\n', from + 2)) {
    places.push(from - places.length);
  }
  return {
    text: original.replaceAll('\r\n', '\n'),
    original(at) {
      let low = 0;
      let high = places.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (places[middle]! < at) low = middle + 1;
        else high = middle;
      }
      return at + low;
    },
  };
}

/** The line end that most lines of a text have. */
export function lineEnd(text: string): '\n' | '\r\n' {
  let feeds = 0;
  let pairs = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    feeds++;
    if (text[at - 1] === '\r') pairs++;
  }
  return pairs * 2 > feeds ? '\r\n' : '\n';
}

/** `text` with the given line end throughout. */
export function withLineEnd(text: string, end: '\n' | '\r\n'): string {
  const feeds = text.replaceAll('\r\n', '\n');
  return end === '\n' ? feeds : feeds.replaceAll('\n', '\r\n');
}
