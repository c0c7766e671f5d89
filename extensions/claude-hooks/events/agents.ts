import type { ElicitationAnswer, ElicitationValue, JsonObject, TaskGate } from 'tenon/plugin-api';
import { type Answer, isObject, isText, joined, specifics } from '../answer.ts';
import { ALL_TYPES, type AnyMapping, NO_MODEL, row } from '../event-mapping.ts';
import { goOn } from './prompt.ts';

/** Events about subagents, tasks, teams and servers that ask. */
export const agentEvents: readonly AnyMapping[] = [
  row<'SubagentStart'>({
    event: 'SubagentStart',
    hook: 'SubagentStart',
    subject: ({ agent }) => agent,
    types: NO_MODEL,
    mode: false,
    input: ({ session, agent }) => ({ agent_id: session.agent?.id ?? session.id, agent_type: agent }),
    exit2: 'user',
    patch: (answer) => ({ context: answer.context }),
  }),
  row<'SubagentStop'>({
    event: 'SubagentStop',
    hook: 'SubagentStop',
    subject: ({ agent }) => agent,
    types: ALL_TYPES,
    mode: true,
    input: ({ session, agent, active, lastMessage, transcriptPath }, world) => ({
      stop_hook_active: active,
      agent_id: session.agent?.id ?? session.id,
      agent_type: agent,
      agent_transcript_path: transcriptPath ?? '',
      last_assistant_message: lastMessage,
      background_tasks: world.backgroundTasks(session),
    }),
    exit2: 'block',
    decision: 'block',
    refused: 'block',
    failsOpen: true,
    patch: (answer) => goOn(answer, 'SubagentStop'),
  }),
  row<'TaskCreated'>({
    event: 'TaskCreated',
    hook: 'TaskCreated',
    types: ALL_TYPES,
    mode: true,
    input: ({ task }) => taskFields(task),
    exit2: 'block',
    decision: 'block',
    refused: 'block',
    patch: denied,
  }),
  row<'TaskCompleted'>({
    event: 'TaskCompleted',
    hook: 'TaskCompleted',
    types: ALL_TYPES,
    mode: true,
    input: ({ task }) => taskFields(task),
    exit2: 'block',
    decision: 'block',
    refused: 'block',
    failsOpen: true,
    patch: denied,
  }),
  row<'TeammateIdle'>({
    event: 'TeammateIdle',
    hook: 'TeammateIdle',
    types: ALL_TYPES,
    mode: true,
    input: ({ task }) => pick(task, { name: 'teammate_name', team: 'team_name' }),
    exit2: 'block',
    refused: 'continue',
    failsOpen: true,
    // denied: it goes on. `continue: false` lets it stop
    patch: (answer) => (answer.stopped === undefined ? denied(answer) : undefined),
  }),
  row<'Elicitation'>({
    event: 'Elicitation',
    hook: 'Elicitation',
    subject: ({ server }) => server,
    types: NO_MODEL,
    mode: true,
    input: elicitationFields,
    exit2: 'block',
    patch: elicited,
  }),
  row<'ElicitationResult'>({
    event: 'ElicitationResult',
    hook: 'ElicitationResult',
    subject: ({ server }) => server,
    types: NO_MODEL,
    mode: true,
    input: elicitationFields,
    exit2: 'block',
    patch: elicited,
  }),
];

function denied(answer: Answer): { readonly verdict: 'deny'; readonly reason: string } | undefined {
  const why = answer.stopped ?? joined(answer.blocks);
  return why === undefined ? undefined : { verdict: 'deny', reason: why };
}

function taskFields(task: TaskGate['task']): JsonObject {
  const names = { id: 'task_id', subject: 'task_subject', description: 'task_description' };
  return pick(task, { ...names, teammate: 'teammate_name', team: 'team_name' });
}

function pick(from: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(names).flatMap(([own, theirs]) => (from[own] === undefined ? [] : [[theirs, from[own]]])),
  );
}

function elicitationFields({ server, request }: ElicitationValue): JsonObject {
  return { mcp_server_name: server, ...request };
}

function elicited(answer: Answer): ElicitationAnswer | undefined {
  if (answer.stopped !== undefined || answer.blocks.length > 0) return { action: 'decline' };
  const given = specifics(answer).find(({ action }) => isText(action));
  if (given === undefined) return undefined;
  const { action, content } = given;
  return { action: action as ElicitationAnswer['action'], ...(isObject(content) && { content }) };
}
