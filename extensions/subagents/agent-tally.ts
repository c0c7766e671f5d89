import type { SubagentResult, TaskUsage, Usage } from 'tenon/plugin-api';
import { clock } from 'tenon/plugin-api/lib/clock';

/** What an agent took so far. */
export class AgentTally {
  /** The last text that it said. */
  lastText = '';
  lastTool: string | undefined;
  private readonly began = clock();
  private toolUses = 0;
  private usage = {
    input_tokens: 0,
    output_tokens: 0,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  };

  add(usage: Usage, calls: readonly string[], text: string): void {
    const count = (tokens: number | null | undefined) => tokens ?? 0;
    this.usage = {
      input_tokens: this.usage.input_tokens + count(usage.input_tokens),
      output_tokens: this.usage.output_tokens + count(usage.output_tokens),
      cache_creation_input_tokens: this.usage.cache_creation_input_tokens + count(usage.cache_creation_input_tokens),
      cache_read_input_tokens: this.usage.cache_read_input_tokens + count(usage.cache_read_input_tokens),
    };
    this.toolUses += calls.length;
    this.lastTool = calls.at(-1) ?? this.lastTool;
    if (text.trim() !== '') this.lastText = text;
  }

  get totals(): Pick<SubagentResult, 'totalTokens' | 'totalToolUseCount' | 'totalDurationMs' | 'usage'> {
    return {
      totalTokens: Object.values(this.usage).reduce((sum, tokens) => sum + tokens, 0),
      totalToolUseCount: this.toolUses,
      totalDurationMs: Math.round(clock() - this.began),
      usage: this.usage,
    };
  }

  get taskUsage(): TaskUsage {
    const { totalTokens, totalToolUseCount: toolUses, totalDurationMs: durationMs } = this.totals;
    return { totalTokens, toolUses, durationMs };
  }
}
