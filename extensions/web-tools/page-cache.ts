import type { Page } from './page.ts';

const KEEP_MS = 15 * 60_000;
/** Characters of all pages that are kept. */
const MOST_CHARACTERS = 20_000_000;
const MOST_PAGES = 100;

/** Pages that were fetched within the last 15 minutes; when there are too many, the one used longest ago goes. */
export class PageCache {
  private readonly pages = new Map<string, { readonly page: Page; readonly until: number }>();
  private characters = 0;
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  get(url: string): Page | undefined {
    const kept = this.pages.get(url);
    if (kept === undefined) return undefined;
    this.drop(url);
    if (kept.until <= this.now()) return undefined;
    this.put(url, kept);
    return kept.page;
  }

  set(url: string, page: Page): void {
    this.drop(url);
    this.put(url, { page, until: this.now() + KEEP_MS });
    for (const [oldest] of this.pages) {
      if (this.characters <= MOST_CHARACTERS && this.pages.size <= MOST_PAGES) break;
      this.drop(oldest);
    }
  }

  private put(url: string, kept: { readonly page: Page; readonly until: number }): void {
    this.pages.set(url, kept);
    this.characters += kept.page.text.length;
  }

  private drop(url: string): void {
    const kept = this.pages.get(url);
    if (kept === undefined) return;
    this.pages.delete(url);
    this.characters -= kept.page.text.length;
  }
}
