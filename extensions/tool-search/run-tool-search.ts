import type { SessionRef, ToolOffer, ToolResult } from 'tenon/plugin-api';
import { deferredTools } from 'tenon/plugin-api/lib/deferred-tools';
import { matchTools } from './match-tools.ts';

export interface ToolSearchInput {
  readonly query: string;
  readonly max_results?: number;
}
export interface ToolSearchOutput {
  /** Names of the tools that were found, the best first. */
  readonly matches: readonly string[];
  readonly query: string;
  /** How many tools were looked through. */
  readonly total_deferred_tools: number;
}

const DEFAULT_RESULTS = 5;

/** Looks through the tools that wait, and has those that fit offered from the next request on. */
export function runToolSearch(input: ToolSearchInput, session: SessionRef): ToolResult<ToolSearchOutput> {
  const state = deferredTools(session);
  const { waiting } = state;
  const matches = matchTools(waiting, input.query, input.max_results ?? DEFAULT_RESULTS);
  for (const { name } of matches) state.found.add(name);
  const output = {
    matches: matches.map(({ name }) => name),
    query: input.query,
    total_deferred_tools: waiting.length,
  };
  if (matches.length > 0) return { content: `Loaded, ready to be called:\n${matches.map(line).join('\n')}`, output };
  const rest = waiting.map(({ name }) => name).join(', ');
  const content =
    rest === '' ? 'No tool is left to load.' : `No tool that is not loaded fits. Those that are not loaded: ${rest}`;
  return { content, output };
}

function line({ name, description }: ToolOffer): string {
  const first = description.split(/(?<=[.!?])\s|\n/, 1)[0]!;
  return `- ${name}: ${first.length > 200 ? `${first.slice(0, 199)}…` : first}`;
}
