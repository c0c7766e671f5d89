import type {
  MessageCreateParamsStreaming,
  MessageParam,
  TextBlockParam,
  ThinkingConfigParam,
  Tool,
  ToolUnion,
} from '@anthropic-ai/sdk/resources/messages';
import { type JsonObject, type Message, ModelError, type ModelRequest, type ServerTool } from 'tenon/plugin-api';
import { effortOf } from './effort.ts';
import { isOn } from './endpoint.ts';
import { type Env, modelInfo, type ResolvedModel, thinkingSupport } from './model-table.ts';
import { taskBudgetOf } from './task-budget.ts';

type OutputConfig = NonNullable<MessageCreateParamsStreaming['output_config']>;
type EffortParam = NonNullable<OutputConfig['effort']>;

const EPHEMERAL = { type: 'ephemeral' } as const;
const DEFAULT_MAX_TOKENS = 32_000;
const MIN_THINKING_TOKENS = 1024;

const sentMessages = new WeakMap<Message, MessageParam>();
const sentSystems = new WeakMap<readonly string[], TextBlockParam[]>();
const sentTools = new WeakMap<ModelRequest['tools'], ToolUnion[]>();

/**
 * Makes the body of `POST /v1/messages`. From one turn to the next its bytes differ only at the end and by where the
 * cache markers stand: a string content is always written as a block, because a marker would turn it into one.
 * @throws ModelError when an environment variable that shapes the body cannot be read.
 */
export function requestBody(request: ModelRequest, model: ResolvedModel, env: Env): JsonObject {
  const caching = !isOn(env.DISABLE_PROMPT_CACHING);
  const maxTokens = request.maxTokens ?? maxOutputTokens(model, env);
  const thinking = thinkingOf(request, model, maxTokens, env);
  const outputConfig = outputConfigOf(request, model);
  const body: MessageCreateParamsStreaming = {
    model: model.id,
    max_tokens: maxTokens,
    stream: true,
    ...(thinking && { thinking }),
    ...(outputConfig && { output_config: outputConfig }),
    ...(request.system.length > 0 && { system: systemBlocks(request.system, caching) }),
    ...((request.tools.length > 0 || request.serverTools) && { tools: toolParams(request, caching) }),
    ...(request.toolChoice && { tool_choice: request.toolChoice }),
    messages: messageParams(request.messages, caching),
  };
  return { ...body, ...extraBody(env) };
}

/** https://platform.claude.com/docs/en/build-with-claude/task-budgets */
function outputConfigOf(request: ModelRequest, { id }: ResolvedModel): OutputConfig | undefined {
  const effort = effortOf(request.effort, id);
  const taskBudget = taskBudgetOf(request, id);
  if (effort === undefined && taskBudget === undefined) return undefined;
  return {
    ...(effort !== undefined && { effort: effort as EffortParam }),
    ...(taskBudget !== undefined && { task_budget: { type: 'tokens', total: taskBudget } }),
  } as OutputConfig;
}

function maxOutputTokens(model: ResolvedModel, env: Env): number {
  const limit = Math.min(DEFAULT_MAX_TOKENS, modelInfo(model).maxOutputTokens);
  return positive(env, 'CLAUDE_CODE_MAX_OUTPUT_TOKENS') ?? limit;
}

/** A whole number above 0 from the environment. @throws ModelError when it is set to anything else. */
export function positive(env: Env, variable: string, least = 1): number | undefined {
  const text = env[variable]?.trim();
  if (!text) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new ModelError('invalid_request', `${variable} is "${text}". Expected a whole number of at least ${least}.`);
}

/** What the model is told of thinking; how it is shown goes along only where it thinks. */
function thinkingOf(
  request: ModelRequest,
  model: ResolvedModel,
  maxTokens: number,
  env: Env,
): ThinkingConfigParam | undefined {
  const thinking = thinkingWithin(request, model, maxTokens, env);
  const { thinkingDisplay: display } = request;
  if (display === undefined) return thinking;
  // newer models think unasked, and say nothing of it unless they are asked to
  if (thinking === undefined) {
    if (request.thinking === 'disabled' || thinkingSupport(model.id) === 'budget') return undefined;
    return { type: 'adaptive', display } as ThinkingConfigParam;
  }
  if (thinking.type !== 'adaptive' && thinking.type !== 'enabled') return thinking;
  return { ...thinking, display } as ThinkingConfigParam;
}

function thinkingWithin(
  request: ModelRequest,
  model: ResolvedModel,
  maxTokens: number,
  env: Env,
): ThinkingConfigParam | undefined {
  const fromEnv = positive(env, 'MAX_THINKING_TOKENS', 0);
  const asked =
    request.thinking ?? (fromEnv === undefined ? undefined : fromEnv === 0 ? 'disabled' : { budgetTokens: fromEnv });
  if (asked === undefined) return undefined;
  const support = thinkingSupport(model.id);
  if (asked === 'disabled') {
    if (support === 'always') return undefined;
    return { type: support === 'between-tools' ? 'between_tools' : 'disabled' };
  }
  if (support !== 'budget') return { type: 'adaptive' };
  const budget = asked === 'adaptive' ? maxTokens >> 1 : asked.budgetTokens;
  // The API wants room for the answer beside the thinking.
  const bounded = Math.min(Math.max(budget, MIN_THINKING_TOKENS), maxTokens - 1);
  return bounded < MIN_THINKING_TOKENS ? undefined : { type: 'enabled', budget_tokens: bounded };
}

function systemBlocks(system: readonly string[], caching: boolean): TextBlockParam[] {
  return once(sentSystems, system, caching, () => {
    const blocks: TextBlockParam[] = [];
    for (const text of system) if (text !== '') blocks.push({ type: 'text', text });
    const last = blocks.at(-1);
    if (caching && last) last.cache_control = EPHEMERAL;
    return blocks;
  });
}

function toolParams(request: ModelRequest, caching: boolean): ToolUnion[] {
  return once(sentTools, request.tools, caching && request.serverTools === undefined, () => {
    const tools: ToolUnion[] = request.tools.map(
      (tool) => ({ name: tool.name, description: tool.description, input_schema: tool.inputSchema }) as Tool,
    );
    tools.push(...(request.serverTools ?? []).map(serverToolParam));
    const last = tools.at(-1);
    if (caching && last) last.cache_control = EPHEMERAL;
    return tools;
  });
}

/** The same object for the same source in every turn, as most requests want it. */
function once<Source extends object, Made>(
  made: WeakMap<Source, Made>,
  source: Source,
  usual: boolean,
  make: () => Made,
): Made {
  if (!usual) return make();
  const known = made.get(source) ?? make();
  made.set(source, known);
  return known;
}

/** https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/web-search-tool */
function serverToolParam({ maxUses, allowedDomains, blockedDomains }: ServerTool): ToolUnion {
  return {
    type: 'web_search_20250305',
    name: 'web_search',
    ...(maxUses !== undefined && { max_uses: maxUses }),
    ...(allowedDomains !== undefined && { allowed_domains: [...allowedDomains] }),
    ...(blockedDomains !== undefined && { blocked_domains: [...blockedDomains] }),
  };
}

/**
 * Two of the four markers that a request may have go to the last two user messages: the last one is where the next
 * turn will read from, the one before is where this turn reads from even when more than twenty blocks came in between.
 */
function messageParams(messages: readonly Message[], caching: boolean): MessageParam[] {
  const params = messages.map(paramOf);
  if (!caching) return params;
  let markers = 2;
  for (let at = params.length - 1; at >= 0 && markers > 0; at--) {
    const param = params[at];
    if (param?.role !== 'user') continue;
    const content = param.content as unknown as { type: string; text?: string }[];
    const block = content.at(-1);
    // The API refuses a marker on an empty text.
    if (!block || (block.type === 'text' && !block.text)) continue;
    const marked = [...content.slice(0, -1), { ...block, cache_control: EPHEMERAL }];
    params[at] = { role: param.role, content: marked as MessageParam['content'] };
    markers--;
  }
  return params;
}

function paramOf(message: Message): MessageParam {
  return once(sentMessages, message, true, () => ({
    role: message.role,
    content: unmarked(message) as MessageParam['content'],
  }));
}

/** The content as blocks, without markers that came from elsewhere: more than four are refused. */
function unmarked(message: Message): unknown {
  if (typeof message.content === 'string') return [{ type: 'text', text: message.content }];
  if (!message.content.some((block) => 'cache_control' in block)) return message.content;
  return message.content.map((block) => {
    const { cache_control: _, ...rest } = block as { cache_control?: unknown };
    return rest;
  });
}

function extraBody(env: Env): JsonObject {
  const text = env.CLAUDE_CODE_EXTRA_BODY?.trim();
  if (!text) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: told below, together with JSON that is no object.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new ModelError('invalid_request', 'CLAUDE_CODE_EXTRA_BODY is not a JSON object. Correct it or leave it out.');
}
