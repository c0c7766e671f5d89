import type { Tool } from 'tenon/plugin-api';
import { toolSearch } from './manifest.ts';
import type { ToolSearchInput, ToolSearchOutput } from './run-tool-search.ts';

/** Finds deferred tools. */
export function toolSearchTool(): Tool<ToolSearchInput, ToolSearchOutput> {
  const { name, description, inputSchema } = toolSearch;
  return {
    name,
    description,
    inputSchema,
    readOnly: () => true,
    run: async (input, context) => (await import('./run-tool-search.ts')).runToolSearch(input, context.session),
  };
}
