import type { AnyMapping } from './event-mapping.ts';
import { agentEvents } from './events/agents.ts';
import { promptEvents } from './events/prompt.ts';
import { sessionEvents } from './events/session.ts';
import { toolEvents } from './events/tool.ts';

/** Every event that handlers can be written for. */
export const EVENT_TABLE: readonly AnyMapping[] = [...toolEvents, ...promptEvents, ...agentEvents, ...sessionEvents];

const BY_NAME = new Map(EVENT_TABLE.map((mapping) => [mapping.event, mapping]));

/** The row of an event; `undefined` for a name that this program does not know. */
export function mappingOf(event: string): AnyMapping | undefined {
  return BY_NAME.get(event);
}
