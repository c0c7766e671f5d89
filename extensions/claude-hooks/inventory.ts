import { Config, type ExtensionApi, Extensions, type HookHandler, HookHandlers } from 'tenon/plugin-api';
import type { AnyMapping } from './event-mapping.ts';
import { EVENT_TABLE, mappingOf } from './event-table.ts';
import { sourceOf } from './handler-profile.ts';
import { matcherProblem } from './matcher.ts';
import { switchesOf } from './switches.ts';

/** A handler as the inventory shows it. */
export interface ListedHook {
  readonly name: string;
  readonly event: string;
  readonly matcher: string;
  readonly source: string;
  readonly file?: string;
  readonly type: string;
  /** What it runs, in one line. */
  readonly runs: string;
  readonly if?: string;
  readonly trusted: boolean;
  /** What will fire the event, while nothing does. */
  readonly pending?: string;
  /** Why it does not run. */
  readonly off?: string;
  /** What is odd about it. */
  readonly problem?: string;
}

/** All handlers of the setup. */
export async function listHooks(api: ExtensionApi<never>): Promise<readonly ListedHook[]> {
  const config = api.has(Config) ? await api.use(Config) : undefined;
  const switches = switchesOf(config);
  const pending = new Set((await api.use(Extensions)).pendingHooks());
  return (await api.items(HookHandlers)).map((item): ListedHook => {
    const mapping = mappingOf(item.event);
    const off = switches.off(item);
    const problem = problemOf(item, mapping);
    return {
      name: item.name,
      event: item.event,
      matcher: item.matcher || '*',
      source: sourceOf(item),
      ...(item.origin.file !== undefined && { file: item.origin.file }),
      type: item.handler.type,
      runs: runsOf(item),
      ...(item.handler.if !== undefined && { if: item.handler.if }),
      trusted: item.origin.trusted,
      ...(mapping !== undefined && pending.has(mapping.hook) && { pending: mapping.hook }),
      ...(off !== undefined && { off }),
      ...(problem !== undefined && { problem }),
    };
  });
}

/** Events that handlers can be written for and that no feature fires yet. */
export async function pendingEvents(api: ExtensionApi<never>): Promise<readonly string[]> {
  const pending = new Set((await api.use(Extensions)).pendingHooks());
  return EVENT_TABLE.filter(({ hook }) => pending.has(hook)).map(({ event }) => event);
}

function problemOf({ handler, event, matcher }: HookHandler, mapping: AnyMapping | undefined): string | undefined {
  if (mapping === undefined) return `${event} is no event of this program, so it never runs`;
  const { type } = handler;
  if (type !== 'callback' && !mapping.types.includes(type)) {
    return `handlers of the type ${JSON.stringify(type)} do not run at ${event}; possible are ${mapping.types.join(', ')}`;
  }
  if (handler.if !== undefined && mapping.call === undefined) {
    return `"if" works at events about tools only, so it never runs`;
  }
  return matcherProblem(matcher, mapping);
}

/** What a handler runs, in one line. */
function runsOf({ handler }: HookHandler): string {
  switch (handler.type) {
    case 'command':
      return oneLine([handler.command, ...(handler.args ?? [])].join(' '));
    case 'http':
      return oneLine(handler.url);
    case 'mcp_tool':
      return oneLine(`${handler.server} ${handler.tool}`);
    case 'prompt':
    case 'agent':
      return oneLine(handler.prompt);
    default:
      return 'a function of the program that started this one';
  }
}

function oneLine(given: string): string {
  // what skills and agents declare is not checked before
  const line = String(given ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= 120 ? line : `${line.slice(0, 119)}…`;
}
