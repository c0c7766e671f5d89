import type { ModelEvent, Usage } from 'tenon/plugin-api';

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
  /** What the answer took, as far as it came. */
  usage: Usage = { input_tokens: 0, output_tokens: 0 };
  private open = false;

  add(event: ModelEvent): void {
    if (event.type === 'message_start') this.took(event.message?.usage);
    else if (event.type === 'message_delta') this.took(event.usage);
    else if (event.type === 'content_block_start') this.start(event.content_block);
    else if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') this.text(event.delta.text);
  }

  /** Providers send null for what they do not know, and what comes later is the whole. */
  private took(usage: Partial<Usage> | null | undefined): void {
    const known = Object.entries(usage ?? {}).filter(([, value]) => value !== null);
    this.usage = { ...this.usage, ...Object.fromEntries(known) };
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
