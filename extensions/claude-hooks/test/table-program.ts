import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Disposable,
  defineExtension,
  defineTool,
  type Extension,
  type ExtensionApi,
  type HookHandler,
  HookHandlers,
  type HookName,
  type ModelRequest,
  type Session,
  Subagents,
  type Tool,
  Tools,
} from 'tenon/plugin-api';
import { createHarness, type Harness, say, stall } from 'tenon/test-kit';
import claudeHooks from '../index.ts';
import { eventValues } from './event-values.ts';

/** What came of an event. */
export interface Seen {
  /** Why it was refused; of a gate, `decide` hooks say it in their own words. */
  readonly refused: string | undefined;
  readonly goesOn: string | undefined;
  readonly context: string;
  /** What the model is told before its next turn. */
  readonly later: string;
  /** The turn ends after the calls of this answer. */
  readonly ends: string | undefined;
  /** What the user is told. */
  readonly told: string;
  readonly result: unknown;
}

/** A program in which one handler after the other is tried. */
export interface TableProgram {
  readonly harness: Harness;
  /** Where a server answers: `?status=200&body=…`, and never with `?hang`. */
  readonly url: string;
  /** Fires the hook of an event with a single handler in the setup. */
  try(event: string, handler: HookHandler['handler'], more?: Partial<HookHandler>, value?: object): Promise<Seen>;
  close(): Promise<void>;
}

/** The answer that prompts of tests ask for. */
const ASKED = /ANSWER<(.*?)>/s;
/** Quotes that stand in JSON. */
const QUOTED = /\\"/g;

export async function tableProgram(): Promise<TableProgram> {
  const server = await answeringServer();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let setup: ExtensionApi<never> | undefined;
  const lines = Array.from({ length: 2_000 }, () => ({ messages }: ModelRequest) => {
    const text = askedOf(JSON.stringify(messages));
    return text === 'HANG' ? [stall(20_000), say('')] : say(text);
  });
  const harness = await createHarness({
    extensions: [claudeHooks as unknown as Extension<never>, bringing((api) => (setup = api)), servers(), agents()],
    permissions: 'allow-all',
    model: lines,
    strict: false,
  });
  const session = await harness.session();
  await harness.kernel.items(HookHandlers);

  return {
    harness,
    url,
    async try(event, handler, more = {}, given) {
      const item: HookHandler = {
        name: `test:${event}`,
        event,
        handler,
        origin: { kind: 'user', trusted: true },
        ...more,
      };
      const added: Disposable = setup!.add(HookHandlers, item);
      const before = { events: harness.events.length, said: harness.diagnostics.length };
      const value = given ?? eventValues(session)[event]!;
      try {
        const result = await harness.fire(event as HookName, value as never);
        await added.dispose();
        return await seen(harness, session, value, result, before);
      } finally {
        await added.dispose();
      }
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await harness.dispose();
    },
  };
}

async function seen(
  harness: Harness,
  session: Session,
  value: object,
  result: unknown,
  before: { readonly events: number; readonly said: number },
): Promise<Seen> {
  const fields = (result ?? {}) as { readonly [name: string]: unknown };
  const texts = (list: unknown, name: 'text' | 'reason') =>
    Array.isArray(list) ? list.map((one) => String(one[name])).join('\n') : '';
  const { verdict } = fields;
  const reason = texts(fields.reasons, 'reason');
  const refused =
    verdict === 'deny'
      ? reason || String(fields.message ?? '')
      : fields.action === 'decline'
        ? 'declined'
        : ((fields.cancel ?? fields.error) as string | undefined);
  const batch = eventValues(session).PostToolBatch!;
  const after = await harness.fire('PostToolBatch', batch as never);
  const turn = await harness.fire('TurnStart', { session, turn: 1, system: [], tools: [], added: [] });
  const told = harness.events
    .slice(before.events)
    .flatMap((event) => (event.type === 'informational' ? [event.content] : []));
  // where there is no session the user is told in another way
  if (!('session' in value)) told.push(...harness.diagnostics.slice(before.said).map(({ message }) => message));
  return {
    refused: 'error' in value ? undefined : refused,
    goesOn: verdict === 'go-on' ? reason : undefined,
    context: texts(fields.context, 'text'),
    later: turn.added.map(({ content }) => JSON.stringify(content)).join('\n'),
    ends: after.verdict === 'deny' ? texts(after.reasons, 'reason') : undefined,
    told: told.join('\n'),
    result,
  };
}

function bringing(started: (api: ExtensionApi<never>) => void): Extension<never> {
  return defineExtension({
    manifest: { id: 'setup', version: '1.0.0', api: 1, contributes: { 'hook-handlers': ['test:*'] } },
    setup: (api) => started(api as never),
  }) as unknown as Extension<never>;
}

/** A server of tools: `say` answers, `fail` fails, `hang` never ends. */
function servers(): Extension<never> {
  const input = { type: 'object', properties: { text: { type: 'string' } } } as const;
  const tool = (name: string, run: (given: { readonly text?: string }, signal: AbortSignal) => unknown) =>
    defineTool({
      name: `mcp__srv__${name}`,
      description: 'for tests',
      input,
      run: (given, { signal }) => run(given as { readonly text?: string }, signal) as string,
    }) as unknown as Tool<never, unknown>;
  return defineExtension({
    manifest: { id: 'servers', version: '1.0.0', api: 1, contributes: { tools: ['mcp__srv__*'] } },
    setup(api) {
      api.add(
        Tools,
        tool('say', ({ text = '' }) => text),
      );
      api.add(
        Tools,
        tool('fail', () => ({ content: 'the server is sad', isError: true })),
      );
      api.add(
        Tools,
        tool('hang', (_, signal) => untilAborted(signal)),
      );
    },
  }) as unknown as Extension<never>;
}

function agents(): Extension<never> {
  return defineExtension({
    manifest: { id: 'agents', version: '1.0.0', api: 1, provides: ['subagents@1'] },
    setup(api) {
      const run = async ({ prompt, signal }: { readonly prompt: string; readonly signal?: AbortSignal }) => {
        const text = askedOf(prompt);
        if (text === 'HANG') await untilAborted(signal!);
        const structuredOutput = text.startsWith('{') ? { structuredOutput: JSON.parse(text) as unknown } : {};
        return { status: 'completed', agentId: 'a', agentType: 'general-purpose', text, ...structuredOutput };
      };
      api.provide(Subagents, { run } as unknown as Subagents);
    },
  }) as unknown as Extension<never>;
}

function askedOf(prompt: string): string {
  return (ASKED.exec(prompt)?.[1] ?? '{"ok": true}').replace(QUOTED, '"');
}

function untilAborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('');
    signal.addEventListener('abort', () => resolve(''));
  });
}

function answeringServer(): Promise<Server> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://x');
    request.resume();
    if (searchParams.has('hang')) return;
    response.statusCode = Number(searchParams.get('status') ?? 200);
    response.end(searchParams.get('body') ?? '');
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
