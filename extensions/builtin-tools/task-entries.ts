import { type ContentBlock, type JsonObject, Loop, type Message, type SessionRef } from 'tenon/plugin-api';
import { rootOf } from './root-session.ts';
import type { TaskCreateInput } from './schemas/task-create.schema.ts';
import type { TaskUpdateInput } from './schemas/task-update.schema.ts';
import type { Workbench } from './workbench.ts';

/** A step of the task list. */
export interface TaskEntry {
  readonly id: string;
  readonly subject: string;
  readonly description: string;
  readonly activeForm?: string;
  readonly status: 'pending' | 'in_progress' | 'completed';
  readonly owner?: string;
  readonly blocks: readonly string[];
  readonly blockedBy: readonly string[];
  readonly metadata?: JsonObject;
}

/** Steps that one list may have. */
const MOST = 500;

/** The task list of a session and its subagents. */
export class TaskEntries {
  private readonly entries = new Map<string, TaskEntry>();
  private last = 0;

  /** Takes the next number. @throws Error when the list is full */
  nextId(): string {
    if (this.entries.size >= MOST) {
      throw new Error(`the task list has ${MOST} entries, as many as it may; delete some with TaskUpdate`);
    }
    return String(++this.last);
  }

  add(id: string, input: TaskCreateInput): TaskEntry {
    const { subject, description, activeForm, metadata } = input;
    const entry: TaskEntry = {
      id,
      subject,
      description,
      ...(activeForm !== undefined && { activeForm }),
      status: 'pending',
      blocks: [],
      blockedBy: [],
      ...(metadata !== undefined && { metadata }),
    };
    this.entries.set(id, entry);
    this.last = Math.max(this.last, Number(id) || 0);
    return entry;
  }

  get(id: string): TaskEntry | undefined {
    return this.entries.get(id);
  }

  all(): readonly TaskEntry[] {
    return [...this.entries.values()];
  }

  /** Changes an entry; the fields that are other than before. */
  update(entry: TaskEntry, input: TaskUpdateInput): readonly string[] {
    const { taskId: id, status, addBlocks = [], addBlockedBy = [], metadata, ...texts } = input;
    if (status === 'deleted') {
      this.entries.delete(id);
      for (const other of this.all()) {
        const without = (ids: readonly string[]) => ids.filter((one) => one !== id);
        this.entries.set(other.id, { ...other, blocks: without(other.blocks), blockedBy: without(other.blockedBy) });
      }
      return ['deleted'];
    }
    const next: Record<string, unknown> = { ...entry };
    for (const [field, value] of Object.entries({ ...texts, status })) if (value !== undefined) next[field] = value;
    if (metadata !== undefined) {
      const merged = Object.entries({ ...entry.metadata, ...metadata }).filter(([, value]) => value !== null);
      next.metadata = Object.fromEntries(merged);
    }
    this.entries.set(id, next as unknown as TaskEntry);
    for (const other of addBlocks) this.link(id, other);
    for (const other of addBlockedBy) this.link(other, id);
    const now = this.entries.get(id)! as unknown as Record<string, unknown>;
    const before = entry as unknown as Record<string, unknown>;
    return Object.keys(now).filter((field) => JSON.stringify(now[field]) !== JSON.stringify(before[field]));
  }

  private link(first: string, then: string): void {
    const [one, two] = [this.entries.get(first), this.entries.get(then)];
    if (one === undefined || two === undefined) return;
    if (!one.blocks.includes(then)) this.entries.set(first, { ...one, blocks: [...one.blocks, then] });
    if (!two.blockedBy.includes(first)) this.entries.set(then, { ...two, blockedBy: [...two.blockedBy, first] });
  }
}

/** The task list of a session. One that goes on after a restart has what its calls had made of it. */
export function taskEntries({ api }: Workbench, session: SessionRef): TaskEntries {
  const root = rootOf(session);
  return root.state('builtin-tools.tasks', () => {
    const entries = new TaskEntries();
    for (const { name, input, result } of pastCalls(api.maybe(Loop)?.get(root.id)?.history() ?? [])) {
      if (name === 'TaskCreate') {
        const id = /^Task #(\d+) /.exec(result)?.[1];
        if (id !== undefined) entries.add(id, input as unknown as TaskCreateInput);
      } else if (name === 'TaskUpdate') {
        const update = { ...input, taskId: String(input.taskId) } as TaskUpdateInput;
        const entry = entries.get(update.taskId);
        if (entry !== undefined) entries.update(entry, update);
      }
    }
    return entries;
  });
}

/** The calls of a conversation that succeeded, in the order of their results. */
export function* pastCalls(
  messages: readonly Message[],
): Generator<{ readonly name: string; readonly input: JsonObject; readonly result: string }> {
  const calls = new Map<string, { readonly name: string; readonly input: JsonObject }>();
  for (const { content } of messages) {
    if (typeof content === 'string') continue;
    for (const block of content) {
      if (block.type === 'tool_use' && typeof block.input === 'object' && block.input !== null) {
        calls.set(block.id, { name: block.name, input: block.input as JsonObject });
      } else if (block.type === 'tool_result' && block.is_error !== true) {
        const call = calls.get(block.tool_use_id);
        if (call !== undefined) yield { ...call, result: textIn(block.content) };
      }
    }
  }
}

function textIn(content: string | readonly ContentBlock[] | undefined): string {
  if (content === undefined || typeof content === 'string') return content ?? '';
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
}
