import type { Manifest, Tool, ToolDeclaration } from 'tenon/plugin-api';
import { schemaProblem } from 'tenon/plugin-api/lib/schema-problem';
import type { Finding } from './finding.ts';

const error = (message: string): Finding => ({ level: 'error', about: 'schemas', message });

/** What is wrong with the schemas of a manifest. */
export function checkSchemas({ config, contributes }: Manifest): readonly Finding[] {
  const problem = config === undefined ? undefined : schemaProblem(config);
  const tools = (contributes?.tools ?? []).flatMap((one) => {
    if (typeof one === 'string' || (one as ToolDeclaration).inputSchema === undefined) return [];
    return problemsOf(`contributes.tools: ${one.name}`, (one as ToolDeclaration).inputSchema);
  });
  return [...(problem === undefined ? [] : [error(`config: ${problem}`)]), ...tools];
}

/** What is wrong with the schema that a tool has, and where it asks for something that the manifest's does not tell of. */
export function checkToolSchema(tool: Tool<never, unknown>, declared: Partial<ToolDeclaration>): readonly Finding[] {
  const findings = [...problemsOf(tool.name, tool.inputSchema)];
  const told = declared.inputSchema?.properties;
  const untold = (tool.inputSchema?.required ?? []).filter((name) => told !== undefined && !Object.hasOwn(told, name));
  if (untold.length > 0) {
    findings.push(
      error(
        `${tool.name}: it requires ${untold.join(', ')}, which inputSchema of the manifest does not have: the model is not told`,
      ),
    );
  }
  return findings;
}

function problemsOf(name: string, schema: unknown): readonly Finding[] {
  const problem = schemaProblem(schema);
  if (problem !== undefined) return [error(`${name}: ${problem}`)];
  const { type, properties, required } = schema as {
    type?: unknown;
    properties?: object;
    required?: readonly string[];
  };
  if (type !== 'object') return [error(`${name}: the type of an input schema must be object`)];
  const missing = (required ?? []).filter((one) => !Object.hasOwn(properties ?? {}, one));
  if (missing.length === 0) return [];
  return [error(`${name}: required names ${missing.join(', ')}, which properties does not have`)];
}
