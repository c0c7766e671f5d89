import { type ExtensionApi, Tools } from 'tenon/plugin-api';
import { isPattern } from 'tenon/plugin-api/lib/name-pattern';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { meantTool, toolName } from 'tenon/plugin-api/lib/tool-names';

/**
 * What to say of names that a choice of tools has and nobody declares: without them the choice is smaller than whoever
 * made it believes. Tools of MCP servers are not chosen by name.
 */
export function unknownTools(api: Pick<ExtensionApi, 'declared'>, chosen: readonly string[]): string | undefined {
  const known = api
    .declared(Tools)
    .map(({ name }) => name)
    .filter((name) => !isPattern(name));
  const unknown = chosen.filter(
    (name) => !name.startsWith('mcp__') && !known.includes(name) && !known.includes(toolName(name)),
  );
  if (unknown.length === 0) return undefined;
  const shown = unknown.map((name) => {
    const meant = meantTool(name) ?? nearest(name, known);
    return meant !== undefined && known.includes(meant) ? `${name} (did you mean ${meant}?)` : name;
  });
  return `there is no tool ${shown.join(', ')}: --tools leaves it out. Tools: ${known.join(', ')}`;
}
