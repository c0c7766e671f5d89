import type { ToolOffer } from 'tenon/plugin-api';

/**
 * The tools that fit a query, the best first: those of `select:a,b` by name; otherwise those with the most words of the
 * query in their name (which counts more) or description. A word with a `+` must be part of the name.
 */
export function matchTools(tools: readonly ToolOffer[], query: string, limit: number): readonly ToolOffer[] {
  const selected = /^\s*select:(.*)$/is.exec(query)?.[1];
  if (selected !== undefined) {
    const names = selected.split(/[\s,]+/).map((name) => name.toLowerCase());
    // who names tools wants all of them
    return names.flatMap((name) => tools.find((tool) => tool.name.toLowerCase() === name) ?? []);
  }
  const words = query.toLowerCase().split(/[\s,]+/);
  const musts = words.filter((word) => /^\+./.test(word)).map((word) => word.slice(1));
  const terms = words.map((word) => word.replace(/^\+/, '')).filter((word) => word !== '');
  return tools
    .filter(({ name }) => musts.every((must) => name.toLowerCase().includes(must)))
    .map((tool) => ({ tool, score: terms.reduce((sum, term) => sum + scoreOf(tool, term), 0) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ tool }) => tool);
}

function scoreOf({ name, description }: ToolOffer, term: string): number {
  const lower = name.toLowerCase();
  if (lower === term) return 20;
  if (partsOf(name).includes(term)) return 10;
  if (term.length > 2 && lower.includes(term)) return 6;
  return term.length > 2 && description.toLowerCase().includes(term) ? 2 : 0;
}

/** `mcp__issue-tracker__createIssue` has the parts mcp, issue, tracker, create, issue. */
function partsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}
