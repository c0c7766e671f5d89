import type { CommandHandler, Handler, HookHandler } from 'tenon/plugin-api';

const SETTINGS_KINDS = ['managed', 'user', 'project', 'local', 'caller'];

/**
 * Identical handlers of several settings files run once; the copy of a plugin, skill or agent is one of its own. Of two
 * that differ in what a failure counts as, the stricter one stays.
 */
export function distinct(items: readonly HookHandler[]): readonly HookHandler[] {
  const kept = new Map<string, HookHandler>();
  items.forEach((item, index) => {
    const key = item.handler.type === 'callback' ? `callback ${index}` : keyOf(item);
    const first = kept.get(key);
    if (first === undefined) kept.set(key, item);
    else if (item.handler.onFailure === 'block') {
      kept.set(key, { ...first, handler: { ...first.handler, onFailure: 'block' } as Handler });
    }
  });
  return [...kept.values()];
}

function keyOf({ handler, origin }: HookHandler): string {
  const from = SETTINGS_KINDS.includes(origin.kind) ? '' : `${origin.kind} ${origin.plugin?.id ?? origin.file ?? ''}`;
  const { command, args, shell = 'bash', async, asyncRewake } = handler as CommandHandler;
  const rest: { readonly [field: string]: unknown } = { ...handler };
  return JSON.stringify([
    ...[from, handler.type, handler.if, command, args, shell, async === true, asyncRewake === true],
    ...['url', 'headers', 'server', 'tool', 'input', 'prompt', 'model'].map((field) => rest[field]),
  ]);
}
