import { existsSync } from 'node:fs';
import { BackgroundTasks, type SessionRef, Sessions, type SubagentRequest } from 'tenon/plugin-api';
import { type AgentRecord, findRecord } from './agent-records.ts';
import { AgentRun } from './agent-run.ts';
import { agentOfType } from './agent-types.ts';
import { inBackground } from './run-agent.ts';
import type { Workbench } from './workbench.ts';

/** What became of a message. */
export interface Sent {
  readonly how: 'queued' | 'resumed';
  readonly agentId: string;
  readonly agentType: string;
  /** Of one that goes on. */
  readonly outputFile?: string;
}

/**
 * Tells an agent something: one at work reads it before it goes on, one that has ended goes on in the background.
 * @throws Error in words for a model
 */
export async function sendMessage(
  bench: Workbench,
  session: SessionRef,
  to: string,
  message: string,
  toolUseId?: string,
): Promise<Sent> {
  const record = await findRecord(bench, session, to);
  const { id: agentId, note } = record;
  const { agentType } = note;
  if (session.agent?.id === agentId) throw new Error('An agent cannot send itself a message');
  if (record.run?.tell(message)) return { how: 'queued', agentId, agentType };
  if (!bench.api.has(BackgroundTasks))
    throw new Error('An agent that has ended cannot go on here (background-tasks@1)');
  const definition = await agentOfType(bench, session, agentType);
  const messages = await messagesOf(bench, session, record);
  const gone = !existsSync(note.cwd);
  const request: SubagentRequest = {
    session,
    prompt: gone ? `${message}\n\n(The folder ${note.cwd} is gone. You work in ${session.cwd} now.)` : message,
    description: note.description,
    ...(note.model !== undefined && { model: note.model }),
    ...(toolUseId !== undefined && { toolUseId }),
  };
  if (gone) record.note = { ...note, cwd: session.cwd };
  const run = new AgentRun(bench, { definition, record, request, background: true, messages });
  await run.open();
  const { outputFile } = await inBackground(bench, run, request);
  return { how: 'resumed', agentId, agentType, ...(outputFile !== undefined && { outputFile }) };
}

/** What an agent knows that has ended. */
async function messagesOf({ api }: Workbench, session: SessionRef, { id, messages }: AgentRecord) {
  if (messages !== undefined) return messages;
  const kept = api.has(Sessions) ? await (await api.use(Sessions)).resumeAgent?.(session, id) : undefined;
  if (kept === undefined) throw new Error(`What the agent ${id} knew is not kept any more; start a new one`);
  return kept;
}
