import { type AgentNote, type Message, type SessionRef, Sessions } from 'tenon/plugin-api';
import type { AgentRun } from './agent-run.ts';
import type { Workbench } from './workbench.ts';

/** Agents whose conversation is held in memory, where sessions are not kept. */
const HELD = 20;

/** An agent that a session has started. */
export interface AgentRecord {
  readonly id: string;
  note: AgentNote;
  /** Its transcript, when the session is kept. */
  readonly transcriptPath?: string | undefined;
  /** While it is at work. */
  run?: AgentRun | undefined;
  /** What it knows, when it is not at work and nothing is kept. */
  messages?: readonly Message[] | undefined;
}

/** The agents that a session and its subagents have started, oldest first. */
export function agentRecords(session: SessionRef): Map<string, AgentRecord> {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  return root.state('subagents.records', () => new Map<string, AgentRecord>());
}

/** Remembers what an agent knows that has ended, where no transcript does. */
export function holdMessages(session: SessionRef, record: AgentRecord, messages: readonly Message[]): void {
  if (record.transcriptPath !== undefined) return;
  record.messages = messages;
  const holding = [...agentRecords(session).values()].filter((one) => one.messages !== undefined);
  for (const old of holding.slice(0, Math.max(0, holding.length - HELD))) delete old.messages;
}

/**
 * The agent of an id or a name, also one of an earlier run of the program.
 * @throws Error in words for a model when there is none
 */
export async function findRecord({ api }: Workbench, session: SessionRef, to: string): Promise<AgentRecord> {
  const known = agentRecords(session);
  const fits = ({ id, note }: AgentRecord) => id === to || note.name === to || note.toolUseId === to;
  const here = [...known.values()].reverse().find(fits);
  if (here !== undefined) return here;
  const kept = api.has(Sessions) ? await (await api.use(Sessions)).agents?.(session) : undefined;
  for (const { id, path, ...note } of kept ?? []) {
    if (!known.has(id)) known.set(id, { id, note, transcriptPath: path });
  }
  const found = [...known.values()].reverse().find(fits);
  if (found !== undefined) return found;
  const list = [...known.values()].slice(-20).map(({ id, note }) => {
    const name = note.name === undefined ? '' : ` "${note.name}"`;
    return `${id}${name} (${note.agentType}: ${note.description})`;
  });
  throw new Error(`There is no agent ${JSON.stringify(to)}. There are: ${list.join(', ') || 'none yet'}`);
}
