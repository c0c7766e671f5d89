import type { HookHandler } from 'tenon/plugin-api';
import type { Outcome } from './answer.ts';

/** How long and how often a handler ran. Milliseconds. */
export interface HandlerProfile {
  readonly handler: string;
  readonly event: string;
  readonly source: string;
  readonly runs: number;
  readonly failures: number;
  readonly timeouts: number;
  readonly blocks: number;
  readonly totalMs: number;
  readonly maxMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Estimated from the length of what it added to the conversation. */
  readonly contextTokens: number;
}

/** Times that are kept of each handler. */
const SAMPLES = 200;
/** Handlers that are counted one by one. */
const MOST = 1_000;

interface Counter {
  runs: number;
  failures: number;
  timeouts: number;
  blocks: number;
  totalMs: number;
  maxMs: number;
  characters: number;
  readonly samples: number[];
  readonly event: string;
  readonly source: string;
}

/** Counts the runs of handlers, by name. */
export class HandlerProfiles {
  private readonly counters = new Map<string, Counter>();

  add(item: HookHandler, { ran, ms, blocked, status, output, plain }: Outcome): void {
    let counter = this.counters.get(item.name);
    if (counter === undefined) {
      if (this.counters.size >= MOST) return;
      counter = { ...EMPTY, samples: [], event: item.event, source: sourceOf(item) };
      this.counters.set(item.name, counter);
    }
    counter.samples[counter.runs % SAMPLES] = ms;
    counter.runs++;
    counter.totalMs += ms;
    counter.maxMs = Math.max(counter.maxMs, ms);
    if (status === 'error') counter.failures++;
    if (ran.failure?.kind === 'late') counter.timeouts++;
    if (blocked !== undefined || output?.decision === 'block' || output?.specific?.permissionDecision === 'deny') {
      counter.blocks++;
    }
    const added = output?.specific?.additionalContext;
    counter.characters += (plain?.length ?? 0) + (typeof added === 'string' ? added.length : 0);
  }

  list(): readonly HandlerProfile[] {
    return [...this.counters].map(([handler, { samples, characters, event, source, ...rest }]) => {
      const sorted = [...samples].sort((a, b) => a - b);
      const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
      const contextTokens = Math.ceil(characters / 4);
      return { handler, event, source, ...rest, p50Ms: at(0.5), p95Ms: at(0.95), contextTokens };
    });
  }
}

const EMPTY = { runs: 0, failures: 0, timeouts: 0, blocks: 0, totalMs: 0, maxMs: 0, characters: 0 };

/** Where a handler comes from, in words. */
export function sourceOf({ origin }: HookHandler): string {
  if (origin.plugin !== undefined) return `plugin ${origin.plugin.id}`;
  return origin.file ?? (origin.kind === 'caller' ? 'the program that started this one' : origin.kind);
}
