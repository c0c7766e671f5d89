import type { Message, SessionRef } from 'tenon/plugin-api';
import { deferredTools } from 'tenon/plugin-api/lib/deferred-tools';

/** The conversation began anew: the model knows nothing any more. */
export function forgetTold(session: SessionRef): void {
  toldOf(session).clear();
}

function toldOf(session: SessionRef): Set<string> {
  return session.state('tool-search.told', () => new Set<string>());
}

/**
 * The text that names tools which wait to be found and that the model was not told of yet; `undefined` when it knows
 * them all. A session that goes on has the text of before in its history.
 */
export function announcement(session: SessionRef, history: readonly Message[] = []): string | undefined {
  const told = toldOf(session);
  const fresh = deferredTools(session).waiting.flatMap(({ name }) => (told.has(name) ? [] : [name]));
  if (fresh.length === 0) return undefined;
  for (const name of fresh) told.add(name);
  const text = `<system-reminder>\nTools that are not loaded; load one with ToolSearch ("select:<name>") before you call it: ${fresh.join(', ')}\n</system-reminder>`;
  return history.some((message) => contains(message, text)) ? undefined : text;
}

function contains({ content }: Message, text: string): boolean {
  if (typeof content === 'string') return content === text;
  return content.some((block) => block.type === 'text' && block.text === text);
}
