import type { ModelInfo, ModelUsage, Usage } from 'tenon/plugin-api';

/** No tokens. */
export const NO_USAGE: Usage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

export function sumUsage(a: Usage, b: Usage): Usage {
  return {
    input_tokens: a.input_tokens + count(b.input_tokens),
    output_tokens: a.output_tokens + count(b.output_tokens),
    cache_creation_input_tokens: count(a.cache_creation_input_tokens) + count(b.cache_creation_input_tokens),
    cache_read_input_tokens: count(a.cache_read_input_tokens) + count(b.cache_read_input_tokens),
  };
}

/** US dollars of one request. */
function costOf(usage: Usage, price: ModelInfo['price']): number {
  if (price === undefined) return 0;
  const tokens =
    count(usage.input_tokens) * price.input +
    count(usage.output_tokens) * price.output +
    count(usage.cache_read_input_tokens) * price.cacheRead +
    count(usage.cache_creation_input_tokens) * price.cacheWrite;
  return tokens / 1_000_000;
}

/** What the models of a session took, from its beginning. */
export class Tally {
  /** US dollars, also those that a resumed session had cost before. */
  totalCostUsd: number;
  private readonly models = new Map<string, ModelUsage>();
  private readonly above: Tally | undefined;
  private unpriced: string[] = [];

  /** @param above the tally that counts the same as well */
  constructor(totalCostUsd = 0, above?: Tally) {
    this.totalCostUsd = totalCostUsd;
    this.above = above;
  }

  add(model: string, usage: Usage, info: ModelInfo): void {
    this.above?.add(model, usage, info);
    if (info.price === undefined && !this.models.has(model)) this.unpriced.push(model);
    const costUSD = costOf(usage, info.price);
    this.totalCostUsd += costUSD;
    const before = this.models.get(model);
    this.models.set(model, {
      inputTokens: (before?.inputTokens ?? 0) + count(usage.input_tokens),
      outputTokens: (before?.outputTokens ?? 0) + count(usage.output_tokens),
      cacheReadInputTokens: (before?.cacheReadInputTokens ?? 0) + count(usage.cache_read_input_tokens),
      cacheCreationInputTokens: (before?.cacheCreationInputTokens ?? 0) + count(usage.cache_creation_input_tokens),
      webSearchRequests: (before?.webSearchRequests ?? 0) + webSearches(usage),
      costUSD: (before?.costUSD ?? 0) + costUSD,
      contextWindow: info.contextWindow,
      maxOutputTokens: info.maxOutputTokens,
    });
  }

  /** The models without a price that came since the last call. */
  takeUnpriced(): readonly string[] {
    const { unpriced } = this;
    this.unpriced = [];
    return unpriced;
  }

  byModel(): Readonly<Record<string, ModelUsage>> {
    return Object.fromEntries(this.models);
  }
}

/** Providers send null, and leave fields out. */
function count(tokens: number | null | undefined): number {
  return typeof tokens === 'number' && Number.isFinite(tokens) ? tokens : 0;
}

function webSearches(usage: Usage): number {
  const { server_tool_use: server } = usage as { server_tool_use?: { web_search_requests?: number } | null };
  return count(server?.web_search_requests);
}
