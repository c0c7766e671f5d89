import {
  defineExtension,
  type Extension,
  type HookHandle,
  type HookName,
  type JsonObject,
  type JsonSchema,
  type Manifest,
  type ModelCallContext,
  type ModelEvent,
  type ModelProvider,
  type ModelRequest,
  Models,
  type PermissionDecision,
  type PermissionMode,
  Permissions,
  type RuleUpdate,
  type SessionRef,
  type TapFn,
  type Tool,
  type ToolCall,
  Tools,
} from 'tenon/plugin-api';
import { createHarness, entryOf, type Harness, type HarnessOptions } from 'tenon/test-kit';
import agentLoop from '../index.ts';

/** What the permission rules of a test say: a verdict, or the whole decision. */
export type Rules = (
  call: ToolCall,
  hook: 'none' | 'allow',
) => PermissionDecision['verdict'] | Partial<PermissionDecision>;

export interface ProgramOptions extends Omit<HarnessOptions, 'extensions' | 'distro' | 'permissions'> {
  /** Default: everything is allowed. */
  readonly rules?: Rules;
  readonly tools?: readonly Tool<never, unknown>[];
  readonly taps?: Taps;
  readonly extensions?: readonly Extension<never>[];
  readonly onUpdate?: (updates: readonly RuleUpdate[]) => void;
  readonly refuseMode?: (mode: PermissionMode) => string | undefined;
  readonly hidden?: readonly string[];
}

/** Taps by hook; all of one extension with the id `taps`. */
export type Taps = { readonly [N in HookName]?: TapFn<N> };

/** The loop with rules, tools and taps of the test's own. */
export function program(options: ProgramOptions = {}): Promise<Harness> {
  const { rules = () => 'allow', tools = [], taps, extensions = [], onUpdate, refuseMode, hidden, ...rest } = options;
  const own = [agentLoop, rulesExtension(rules, onUpdate, refuseMode, hidden), toolsExtension(tools), ...extensions];
  if (taps !== undefined) own.push(tapsExtension('taps', taps));
  return createHarness({
    ...rest,
    distro: {
      name: 'test',
      command: 'test',
      version: '0.0.0',
      folders: { user: '.claude', project: '.claude' },
      extensions: own.map((one) => entryOf(one as Extension<never>)),
    },
  });
}

function rulesExtension(
  rules: Rules,
  onUpdate: ProgramOptions['onUpdate'],
  refuseMode: ProgramOptions['refuseMode'],
  hidden: readonly string[] = [],
): Extension<never> {
  const manifest: Manifest = { id: 'rules', version: '0.1.0', api: 1, provides: [Permissions.id] };
  return {
    manifest,
    setup(api) {
      api.provide(Permissions, {
        async decide(_session: SessionRef, call, hook = 'none') {
          const said = rules(call, hook);
          const given = typeof said === 'string' ? { verdict: said } : said;
          return {
            verdict: 'allow',
            reason: 'the rules of the test say so',
            source: 'rule',
            suggestions: [],
            ...given,
          };
        },
        path: async (_session, path) => ({ verdict: 'allow', reason: '', resolved: path }),
        hidden: (_session, tool) => hidden.includes(tool),
        update: async (_session, updates) => onUpdate?.(updates),
        initialMode: async () => 'default',
        refuseMode: async (mode) => refuseMode?.(mode),
        roots: (session) => [session.root],
      });
    },
  };
}

function toolsExtension(tools: readonly Tool<never, unknown>[]): Extension<never> {
  const manifest: Manifest = {
    id: 'tools',
    version: '0.1.0',
    api: 1,
    contributes: { tools: tools.map(({ name }) => name) },
  };
  return {
    manifest,
    setup(api) {
      for (const tool of tools) api.add(Tools, tool);
    },
  };
}

export function tapsExtension(id: string, taps: Taps): Extension<never> {
  const names = Object.keys(taps) as HookName[];
  return {
    manifest: { id, version: '0.1.0', api: 1, taps: names },
    setup(api) {
      for (const name of names) (api.hooks[name] as HookHandle<HookName>).tap(taps[name] as TapFn<HookName>);
    },
  };
}

const TEXT: JsonSchema = {
  type: 'object',
  properties: { text: { type: 'string' }, times: { type: 'integer', default: 1 } },
  required: ['text'],
  additionalProperties: false,
};

/** A tool that gives its text back; `run` takes its place. */
export function echo(name: string, more: Partial<Tool<JsonObject>> = {}): Tool<JsonObject> {
  return {
    name,
    description: `${name} gives its text back`,
    inputSchema: TEXT,
    run: (input) => `${name}: ${String(input.text)}`,
    ...more,
  };
}

/** A model whose answers are raw streams. */
export function rawModel(
  answer: (request: ModelRequest, context: ModelCallContext, n: number) => AsyncIterable<readonly ModelEvent[]>,
  name = 'raw',
): Extension<never> & { readonly requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  const provider: ModelProvider = {
    name,
    info: (id) => ({
      id,
      contextWindow: 200_000,
      maxOutputTokens: 32_000,
      price: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 },
    }),
    keySource: () => 'none',
    stream(request, context) {
      requests.push(request);
      return answer(request, context, requests.length);
    },
  };
  const manifest: Manifest = { id: `model-${name}`, version: '0.1.0', api: 1, contributes: { models: [name] } };
  const extension = defineExtension({ manifest, setup: (api) => void api.add(Models, provider) });
  return { ...(extension as unknown as Extension<never>), requests };
}

/** Events of one answer. */
export const event = {
  start: (id = 'msg_1', usage = { input_tokens: 10, output_tokens: 1 }): ModelEvent => ({
    type: 'message_start',
    message: {
      id,
      type: 'message',
      role: 'assistant',
      model: 'raw-1',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    },
  }),
  open: (index: number, content_block: { readonly type: string; readonly [field: string]: unknown }): ModelEvent => ({
    type: 'content_block_start',
    index,
    content_block,
  }),
  text: (index: number, text: string): ModelEvent => ({
    type: 'content_block_delta',
    index,
    delta: { type: 'text_delta', text },
  }),
  json: (index: number, partial_json: string): ModelEvent => ({
    type: 'content_block_delta',
    index,
    delta: { type: 'input_json_delta', partial_json },
  }),
  close: (index: number): ModelEvent => ({ type: 'content_block_stop', index }),
  end: (stop_reason: string, output_tokens = 5): ModelEvent => ({
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null },
    usage: { output_tokens },
  }),
  stop: { type: 'message_stop' } as ModelEvent,
};

/** A whole answer of one text. */
export function textAnswer(text: string, stop = 'end_turn'): readonly ModelEvent[] {
  return [
    event.start(),
    event.open(0, { type: 'text', text: '' }),
    event.text(0, text),
    event.close(0),
    event.end(stop),
    event.stop,
  ];
}

/** Waits until `check` gives something. */
export async function eventually<T>(check: () => T | undefined | false): Promise<T> {
  for (let tries = 0; tries < 1000; tries++) {
    const found = check();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not happen within 5 s');
}

/** The types of events, without repetition of neighbours and without stream events. */
export function typesOf(events: readonly { readonly type: string }[]): readonly string[] {
  return events.flatMap(({ type }) => (type === 'stream_event' ? [] : [type]));
}
