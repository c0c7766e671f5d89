import type { ModelEvent } from 'tenon/plugin-api';

/** A page that a search found. */
export interface Found {
  readonly title: string;
  readonly url: string;
}

/** Reads the results out of the events of an answer with server-side searches. */
export class SearchReader {
  readonly results: (string | { readonly tool_use_id: string; readonly content: readonly Found[] })[] = [];
  /** Why a search failed, by the provider's own word. */
  problem: string | undefined;
  private open = false;

  add(event: ModelEvent): void {
    if (event.type === 'content_block_start') this.start(event.content_block);
    else if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') this.text(event.delta.text);
  }

  /** Neighbouring blocks of text are one text: citations cut it into pieces. */
  private text(text: string): void {
    if (text === '') return;
    if (this.open) this.results.push(`${this.results.pop() as string}${text}`);
    else this.results.push(text);
    this.open = true;
  }

  private start(block: { readonly type: string; readonly [field: string]: unknown }): void {
    if (block.type === 'text' && typeof block.text === 'string') this.text(block.text);
    if (block.type !== 'web_search_tool_result') return;
    this.open = false;
    const { content, tool_use_id: id } = block;
    if (Array.isArray(content)) {
      this.results.push({ tool_use_id: String(id), content: content.flatMap(found) });
    } else this.problem = String((content as { error_code?: unknown } | undefined)?.error_code ?? 'unknown');
  }
}

function found(one: unknown): Found | [] {
  const { title, url } = (one ?? {}) as { readonly title?: unknown; readonly url?: unknown };
  return typeof url === 'string' ? { title: typeof title === 'string' ? title : url, url } : [];
}
