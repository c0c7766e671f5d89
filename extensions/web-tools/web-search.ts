import type { Tool } from 'tenon/plugin-api';
import { webSearch } from './manifest.ts';
import type { WebSearchInput, WebSearchOutput } from './run-web-search.ts';
import type { Workbench } from './workbench.ts';

/** Searches the web with the search of the model's provider. */
export function webSearchTool(bench: Workbench): Tool<WebSearchInput, WebSearchOutput> {
  return {
    ...webSearch,
    readOnly: () => true,
    run: async (input, context) => (await import('./run-web-search.ts')).runWebSearch(bench, input, context),
  };
}
