import type { JsonObject, JsonSchema } from 'tenon/plugin-api';
import { schemaProblem } from 'tenon/plugin-api/lib/schema-problem';
import { type Fields, isFields, textsOf } from './fields.ts';
import { type HookCallback, hookCallbacks } from './hook-callbacks.ts';

/** What a client wants of its session before anything else. */
export interface Initialization {
  readonly systemPrompt?: string;
  readonly appendSystemPrompt?: string;
  readonly jsonSchema?: JsonSchema;
  readonly title?: string;
  readonly agentText: boolean;
  /** Absent: it said nothing about hooks. */
  readonly hooks?: readonly HookCallback[];
  /** As `Subagents.define` takes them. */
  readonly agents?: JsonObject;
  /** Fields that ask for what is not there. */
  readonly passedOver: readonly string[];
}

/** Fields whose features are missing; an empty value asks for nothing. */
const missing = ['sdkMcpServers', 'mcpServers', 'plugins', 'toolAliases', 'planModeInstructions'];

/** Reads an `initialize` request. @throws Error naming the field that makes no sense */
export function readInitialization(request: Fields): Initialization {
  const { systemPrompt, appendSystemPrompt, jsonSchema, title } = request;
  const prompts = typeof systemPrompt === 'string' ? [systemPrompt] : textsOf(systemPrompt);
  if (given(systemPrompt) && prompts === undefined) throw new Error('systemPrompt: expected a list of texts');
  if (given(appendSystemPrompt) && typeof appendSystemPrompt !== 'string') {
    throw new Error('appendSystemPrompt: expected a text');
  }
  return {
    ...(prompts !== undefined && { systemPrompt: prompts.filter((text) => text !== '').join('\n\n') }),
    ...(typeof appendSystemPrompt === 'string' && { appendSystemPrompt }),
    ...(given(jsonSchema) && { jsonSchema: schemaOf(jsonSchema) }),
    ...(typeof title === 'string' && title !== '' && { title }),
    agentText: request.forwardSubagentText === true,
    ...(given(request.hooks) && { hooks: hookCallbacks(request.hooks) }),
    ...(given(request.agents) && { agents: agentsOf(request.agents) }),
    passedOver: missing.filter((field) => asksFor(request[field])),
  };
}

function schemaOf(value: unknown): JsonSchema {
  const problem = schemaProblem(value);
  if (problem !== undefined) throw new Error(`jsonSchema: ${problem}`);
  const { type = 'object', ...schema } = value as JsonSchema;
  if (type !== 'object') throw new Error(`jsonSchema: must describe an object, got "type": ${JSON.stringify(type)}`);
  return { type, ...schema };
}

function agentsOf(value: unknown): JsonObject {
  if (!isFields(value)) throw new Error('agents: expected an object with a definition for each name');
  return value;
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function asksFor(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isFields(value) ? Object.keys(value).length > 0 : given(value);
}
