import type { JsonObject, ToolContext, ToolResult } from 'tenon/plugin-api';
import type { TaskCreateInput } from './schemas/task-create.schema.ts';
import type { TaskGetInput } from './schemas/task-get.schema.ts';
import type { TaskListInput } from './schemas/task-list.schema.ts';
import type { TaskUpdateInput } from './schemas/task-update.schema.ts';
import { type TaskEntries, type TaskEntry, taskEntries } from './task-entries.ts';
import type { Workbench } from './workbench.ts';

export interface TaskCreateOutput {
  readonly task: { readonly id: string; readonly subject: string };
}
export interface TaskUpdateOutput {
  readonly success: boolean;
  readonly taskId: string;
  readonly updatedFields: readonly string[];
  readonly statusChange?: { readonly from: string; readonly to: string };
}
export interface TaskGetOutput {
  readonly task: TaskEntry;
}
export interface TaskListOutput {
  readonly tasks: readonly Pick<TaskEntry, 'id' | 'subject' | 'status' | 'owner' | 'blockedBy'>[];
}

/** @throws Error when a TaskCreated tap refuses, with its reason */
export async function createTask(
  bench: Workbench,
  input: TaskCreateInput,
  { session }: ToolContext,
): Promise<ToolResult<TaskCreateOutput>> {
  const entries = taskEntries(bench, session);
  const id = entries.nextId();
  const { TaskCreated } = bench.api.hooks;
  if (!TaskCreated.idle) {
    const { subject, description } = input;
    const gate = await TaskCreated.fire({ session, task: { id, subject, description }, verdict: 'none', reasons: [] });
    if (gate.verdict === 'deny') throw new Error(`The task was not created: ${whyOf(gate.reasons)}`);
  }
  const { subject } = entries.add(id, input);
  return { content: `Task #${id} created: ${subject}`, output: { task: { id, subject } } };
}

/** @throws Error when there is no such task, or a TaskCompleted tap refuses, with its reason */
export async function updateTask(
  bench: Workbench,
  input: TaskUpdateInput,
  { session }: ToolContext,
): Promise<ToolResult<TaskUpdateOutput>> {
  const entries = taskEntries(bench, session);
  for (const id of [...(input.addBlocks ?? []), ...(input.addBlockedBy ?? [])]) known(entries, id);
  const before = known(entries, input.taskId);
  const { TaskCompleted } = bench.api.hooks;
  if (input.status === 'completed' && before.status !== 'completed' && !TaskCompleted.idle) {
    const { id, subject, description } = before;
    const gate = await TaskCompleted.fire({
      session,
      task: { id, subject, description },
      verdict: 'none',
      reasons: [],
    });
    if (gate.verdict === 'deny') throw new Error(`Task #${id} does not count as completed: ${whyOf(gate.reasons)}`);
  }
  const entry = known(entries, input.taskId);
  const updatedFields = entries.update(entry, input);
  const { id } = entry;
  const changed = input.status !== undefined && input.status !== entry.status;
  return {
    content: updatedFields.length === 0 ? `Task #${id} is as it was` : `Task #${id}: ${changes(updatedFields, input)}`,
    output: {
      success: true,
      taskId: id,
      updatedFields,
      ...(changed && { statusChange: { from: entry.status, to: input.status! } }),
    },
  };
}

/** @throws Error when there is no such task */
export async function getTask(
  bench: Workbench,
  { taskId }: TaskGetInput,
  { session }: ToolContext,
): Promise<ToolResult<TaskGetOutput>> {
  const task = known(taskEntries(bench, session), taskId);
  const { description, blocks, blockedBy, owner, metadata } = task;
  const lines = [lineOf(task), ...(description === '' ? [] : [description])];
  if (owner !== undefined) lines.push(`Owner: ${owner}`);
  if (blockedBy.length > 0) lines.push(`Waits for: ${blockedBy.map((id) => `#${id}`).join(', ')}`);
  if (blocks.length > 0) lines.push(`Waited for by: ${blocks.map((id) => `#${id}`).join(', ')}`);
  if (metadata !== undefined) lines.push(`Metadata: ${JSON.stringify(metadata satisfies JsonObject)}`);
  return { content: lines.join('\n'), output: { task } };
}

export async function listTasks(
  bench: Workbench,
  _input: TaskListInput,
  { session }: ToolContext,
): Promise<ToolResult<TaskListOutput>> {
  const entries = taskEntries(bench, session);
  const tasks = entries.all().map((entry) => ({ ...entry, blockedBy: open(entries, entry) }));
  return {
    content: tasks.length === 0 ? 'The task list is empty.' : tasks.map(lineOf).join('\n'),
    output: {
      tasks: tasks.map(({ id, subject, status, owner, blockedBy }) => ({
        id,
        subject,
        status,
        ...(owner !== undefined && { owner }),
        blockedBy,
      })),
    },
  };
}

function known(entries: TaskEntries, id: string): TaskEntry {
  const entry = entries.get(id);
  if (entry !== undefined) return entry;
  const ids = entries.all().map((one) => one.id);
  throw new Error(
    `there is no task ${JSON.stringify(id)}; ${ids.length === 0 ? 'the list is empty' : `there are ${ids.join(', ')}`}`,
  );
}

/** What a task still waits for. */
function open(entries: TaskEntries, { blockedBy }: TaskEntry): readonly string[] {
  return blockedBy.filter((id) => entries.get(id)?.status !== 'completed');
}

function lineOf({ id, subject, status, blockedBy }: TaskEntry): string {
  const waits = blockedBy.length === 0 ? '' : ` (waits for ${blockedBy.map((one) => `#${one}`).join(', ')})`;
  return `#${id} [${status}] ${subject}${waits}`;
}

function changes(fields: readonly string[], { status }: TaskUpdateInput): string {
  if (status === 'deleted') return 'deleted';
  const others = fields.filter((field) => field !== 'status');
  return [
    ...(fields.includes('status') ? [`now ${status}`] : []),
    ...(others.length > 0 ? [`changed ${others.join(', ')}`] : []),
  ].join('; ');
}

function whyOf(reasons: readonly { readonly verdict: string; readonly reason: string; readonly by: string }[]): string {
  const said = reasons.filter(({ verdict }) => verdict === 'deny').map(({ reason, by }) => reason || by);
  return said.join('; ') || 'an extension refused';
}
