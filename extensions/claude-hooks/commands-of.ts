import { type Command, forEachChild, parse, type SyntaxNode } from 'unbash';

/** The commands of a line, wherever they stand, as texts without the variables that are set before them. */
export interface FoundCommands {
  readonly commands: readonly string[];
  /** There are `$(…)`, backticks or variables in it. */
  readonly expands: boolean;
}

/** Takes a command line apart. `undefined`: it is not understood. */
export function commandsOf(line: string): FoundCommands | undefined {
  const commands: string[] = [];
  let expands = false;
  const visit = (node: SyntaxNode) => {
    if (node.type === 'Command') commands.push(...textsOf(node as Command));
    if (EXPANSIONS.has(node.type)) expands = true;
    forEachChild(node, visit);
  };
  try {
    const script = parse(line);
    if ((script.errors?.length ?? 0) > 0) return undefined;
    visit(script as unknown as SyntaxNode);
  } catch {
    return undefined; // the parser gave up
  }
  return { commands, expands };
}

const EXPANSIONS = new Set(['CommandExpansion', 'SimpleExpansion', 'ParameterExpansion', 'ProcessSubstitution']);

/** A command as it is written, and without quotes. */
function textsOf({ name, args }: Command): readonly string[] {
  if (name === undefined) return [];
  const words = [name, ...args] as readonly { readonly text: string; readonly value?: unknown }[];
  const written = words.map(({ text }) => text).join(' ');
  const plain = words.map(({ text, value }) => (typeof value === 'string' ? value : text)).join(' ');
  return written === plain ? [written] : [written, plain];
}
