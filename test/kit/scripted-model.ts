import {
  type AssistantMessage,
  type ContentBlock,
  defineExtension,
  type Extension,
  type HookHandle,
  type Manifest,
  type ModelCallContext,
  ModelError,
  type ModelErrorKind,
  type ModelEvent,
  type ModelProvider,
  type ModelRequest,
  Models,
  type SessionRef,
} from 'tenon/plugin-api';
import { pause } from 'tenon/plugin-api/lib/pause';
import { callsOf, describeLine, partsOf, type Script, type ScriptLine, type ScriptPart } from './script.ts';

/** The model that plays a script: an extension, and what became of the script. */
export interface ScriptedModel {
  readonly extension: Extension;
  /** What the model was sent, in order. */
  readonly requests: readonly ModelRequest[];
  /** The tools that the lines played so far called. */
  readonly called: ReadonlySet<string>;
  /** What is wrong with the script, in words for the test's author. */
  problems(): readonly string[];
}

/** The id that the scripted model answers to. */
export const SCRIPTED = 'scripted';

/**
 * Makes the model of a harness.
 * @param name the pattern of model ids that it answers for
 */
export function scriptedModel(script: Script, name: string): ScriptedModel {
  const requests: ModelRequest[] = [];
  const called = new Set<string>();
  const waiting = [...script];
  let hook: HookHandle<'ModelRequest'> | undefined;
  let beyond = 0;
  let answers = 0;

  /** What is sent once ModelRequest taps have had their say, as any provider does it. */
  async function sent(request: ModelRequest, session: SessionRef | undefined): Promise<ModelRequest> {
    const { model, system, messages, tools } = request;
    if (hook === undefined || hook.idle) return { ...request, messages: [...messages], tools: [...tools] };
    const params = { model, system, messages: [...messages], tools: [...tools] };
    const fired = await hook.fire({ ...(session === undefined ? {} : { session }), params, headers: {} });
    return { ...request, ...fired.params } as ModelRequest;
  }

  /** The next line; a line that is a pause is waited for, and the one after it taken. */
  async function next(request: ModelRequest, signal: AbortSignal): Promise<ScriptLine> {
    for (;;) {
      const line = waiting.shift();
      if (line === undefined) {
        beyond++;
        const asked = `the script has ${script.length} lines and the model was asked for one more`;
        throw new ModelError('invalid_request', `${asked}; add a line, for example say('done')`);
      }
      const made = typeof line === 'function' ? line(request) : line;
      for (const tool of callsOf(made)) called.add(tool);
      if ('type' in made && made.type === 'stall') {
        await pause(made.ms, signal);
        if (waiting.length === 0) return [];
      } else return made;
    }
  }

  async function* stream(request: ModelRequest, context: ModelCallContext): AsyncGenerator<readonly ModelEvent[]> {
    const seen = await sent(request, context.session);
    let { model } = seen;
    requests.push(seen);
    for (let attempt = 1; ; attempt++) {
      const line = await next(seen, context.signal);
      const failure = partsOf(line).find((part) => part.type === 'fail');
      const id = ++answers;
      context.onRequestId?.(`req_scripted_${id}`);
      yield* play(line, id, model, seen, context.signal);
      if (failure === undefined) return;
      const error = new ModelError(kindOf(failure.status), failure.message, {
        status: failure.status,
        retryable: failure.retry,
      });
      if (!failure.retry || waiting.length === 0) throw error;
      const again = await context.onRetry?.({ attempt, maxRetries: attempt + waiting.length, delayMs: 0, error });
      if (again?.retryIn !== undefined) await pause(again.retryIn, context.signal);
      if (again?.useModel !== undefined) model = again.useModel;
    }
  }

  const provider: ModelProvider = {
    name,
    defaultModel: SCRIPTED,
    info: (id) => ({ id, contextWindow: 200_000, maxOutputTokens: 32_000 }),
    keySource: () => 'none',
    stream,
  };
  const manifest: Manifest = {
    id: 'test-kit-model',
    version: '0.1.0',
    api: 1,
    description: 'The scripted model of the test kit',
    fires: ['ModelRequest'],
    contributes: { models: [name] },
  };
  const extension = defineExtension({
    manifest,
    setup(api) {
      hook = api.hooks.ModelRequest;
      api.add(Models, provider);
    },
  });
  return {
    extension,
    requests,
    called,
    problems() {
      if (beyond > 0) {
        const times = beyond === 1 ? 'once' : `${beyond} times`;
        return [
          `the script ended too soon: the model was asked ${times} after its ${script.length} lines were used up. Add the missing lines to \`model\`; every tool call is followed by another request`,
        ];
      }
      if (waiting.length === 0) return [];
      const rest = waiting.map(describeLine).join(', ');
      return [
        `${waiting.length} of ${script.length} script lines were not used: ${rest}. Remove them from \`model\`, or prompt until they are`,
      ];
    },
  };
}

async function* play(
  line: ScriptLine,
  id: number,
  model: string,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<readonly ModelEvent[]> {
  const parts = partsOf(line);
  if (parts[0]?.type === 'fail') return;
  const message: AssistantMessage = {
    id: `msg_scripted_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: tokens(JSON.stringify([request.system, request.messages])), output_tokens: 1 },
  };
  yield [{ type: 'message_start', message }];
  let index = 0;
  let written = '';
  for (const part of parts) {
    signal.throwIfAborted();
    if (part.type === 'stall') await pause(part.ms, signal);
    else if (part.type === 'fail') return;
    else {
      yield block(part, index, `toolu_scripted_${id}_${index + 1}`);
      index++;
      written += JSON.stringify(part);
    }
  }
  const stop_reason = parts.some((part) => part.type === 'call') ? 'tool_use' : 'end_turn';
  yield [
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: tokens(written) } },
    { type: 'message_stop' },
  ];
}

function block(part: Exclude<ScriptPart, { type: 'fail' | 'stall' }>, index: number, callId: string): ModelEvent[] {
  const deltas: ModelEvent[] = [];
  const delta = (value: Extract<ModelEvent, { type: 'content_block_delta' }>['delta']) =>
    void deltas.push({ type: 'content_block_delta', index, delta: value });
  let empty: ContentBlock;
  switch (part.type) {
    case 'say':
      empty = { type: 'text', text: '' };
      for (const text of halves(part.text)) delta({ type: 'text_delta', text });
      break;
    case 'think':
      empty = { type: 'thinking', thinking: '', signature: '' };
      for (const thinking of halves(part.thinking)) delta({ type: 'thinking_delta', thinking });
      delta({ type: 'signature_delta', signature: 'scripted' });
      break;
    case 'call':
      empty = { type: 'tool_use', id: part.id ?? callId, name: part.name, input: {} };
      for (const json of halves(JSON.stringify(part.input))) delta({ type: 'input_json_delta', partial_json: json });
      break;
  }
  return [
    { type: 'content_block_start', index, content_block: { ...empty } },
    ...deltas,
    { type: 'content_block_stop', index },
  ];
}

/** Two pieces, so that what reads the stream has to put them together. */
function halves(text: string): readonly string[] {
  const middle = Math.ceil(text.length / 2);
  return text.length < 2 ? [text] : [text.slice(0, middle), text.slice(middle)];
}

function tokens(text: string): number {
  return Math.ceil(text.length / 4);
}

function kindOf(status: number): ModelErrorKind {
  if (status === 401 || status === 403) return 'authentication_failed';
  if (status === 402) return 'billing_error';
  if (status === 404) return 'model_not_found';
  if (status === 429) return 'rate_limit';
  if (status === 529) return 'overloaded';
  return status >= 500 ? 'server_error' : 'invalid_request';
}
