/** Pages that one call gives. */
const MOST = 20;

/**
 * Reads `3`, `2-5` or `10-` as a first and a last page.
 * @throws Error for anything else, and for too many pages
 */
export function pageRange(text: string): { readonly first: number; readonly last: number } {
  const match = /^\s*(\d+)\s*(?:(-)\s*(\d*))?\s*$/.exec(text);
  if (match === null) {
    throw new Error(`pages is ${JSON.stringify(text)}; it must be a page or a range of them: "3", "2-5", "10-"`);
  }
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : match[3] === '' ? first + MOST - 1 : Number(match[3]);
  if (first < 1 || last < first) throw new Error(`pages is ${JSON.stringify(text)}; pages count from 1, and go up`);
  if (last - first >= MOST) {
    throw new Error(`pages is ${JSON.stringify(text)}; at most ${MOST} pages can be read in one call`);
  }
  return { first, last };
}
