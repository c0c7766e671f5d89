import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type BackgroundTask,
  type BackgroundTasks,
  Loop,
  type NoteEvent,
  type SessionRef,
  type TaskEnd,
  type TaskReading,
  type TaskStart,
  type TaskWork,
} from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { endMarked } from './process-group.ts';
import { rootOf } from './root-session.ts';
import { commandMark } from './shell-command.ts';
import { TaskLog } from './task-log.ts';
import { TaskNews } from './task-news.ts';
import type { Workbench } from './workbench.ts';

/** Tasks that one session may have at work at once. */
const MOST_RUNNING = 50;
/** Tasks that have ended and can still be asked about. */
const MOST_ENDED = 100;
/** Characters of output that one reading gives. */
const READING = 30_000;
/** Milliseconds that what left its process group gets to end by itself. */
const GRACE = 700;
/** Milliseconds to wait for a task that was told to stop. */
const STOPPING = 3_000;

interface Task {
  info: BackgroundTask;
  /** The session that began it. */
  readonly from: string;
  readonly log: TaskLog;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** Its session does not end a prompt before it has heard of the end. */
  readonly awaited: boolean;
  stop(): void;
}

/** The tasks of one session and its subagents. */
interface SessionTasks {
  readonly tasks: Map<string, Task>;
  readonly news: TaskNews;
  /** True once the session is ending: nothing begins any more, and nobody is told. */
  ending: boolean;
}

/** Keeps the tasks of all sessions of the program. */
export class BackgroundRegistry implements Omit<BackgroundTasks, 'movable' | 'move'> {
  private readonly bench: Workbench;
  private readonly sessions = new Map<string, SessionTasks>();

  constructor(bench: Workbench) {
    this.bench = bench;
  }

  async start(session: SessionRef, start: TaskStart): Promise<TaskWork> {
    const root = rootOf(session);
    const mine = this.of(root.id);
    const running = [...mine.tasks.values()].filter(({ info }) => info.status === 'running').length;
    if (mine.ending) throw new Error('the session is ending, so nothing can begin in the background');
    if (running >= MOST_RUNNING) {
      throw new Error(`${running} tasks are running in the background, as many as may; end some with TaskStop first`);
    }
    const id = start.id ?? `b${randomBytes(4).toString('hex')}`;
    if (mine.tasks.get(id)?.info.status === 'running') throw new Error(`the task ${id} is running already`);
    const { stop, prompt, awaited = false, ...rest } = start;
    const log = new TaskLog();
    let settle = () => {};
    const ended = new Promise<void>((resolve) => {
      settle = resolve;
    });
    let stopped = false;
    let over = false;
    const again = start.id === undefined ? '' : `-${randomBytes(4).toString('hex')}`;
    const outputFile = join(await this.bench.outputs(), `${id}${again}.txt`);
    const task: Task = {
      info: { ...rest, id, status: 'running', startedAt: Date.now(), outputFile },
      awaited,
      from: session.id,
      log,
      ended,
      stop: () => {
        if (stopped || task.info.status !== 'running') return;
        stopped = true;
        void (async () => stop())().catch((error: unknown) => {
          this.bench.api.log.error(`the task ${id} could not be ended: ${(error as Error).message}`, error);
        });
      },
    };
    await log.open(outputFile);
    if (mine.ending) {
      await log.close();
      throw new Error('the session is ending, so nothing can begin in the background');
    }
    // one of the same id that has ended is older than all others
    mine.tasks.delete(id);
    mine.tasks.set(id, task);
    forgetOldest(mine.tasks);
    const { toolUseId, agentType, type: taskType, description } = start;
    this.changed(root, mine);
    this.note(root, {
      type: 'task_started',
      taskId: id,
      taskType,
      description,
      isBackgrounded: true,
      ...(toolUseId !== undefined && { toolUseId }),
      ...(agentType !== undefined && { agentType }),
      ...(prompt !== undefined && { prompt }),
    });
    return {
      get task() {
        return task.info;
      },
      write: (text) => log.write(text),
      tell: (text) => {
        if (!mine.ending && task.info.status === 'running') mine.news.add(id, session.id, text);
      },
      progress: ({ usage, lastToolName, summary }) => {
        if (mine.ending || task.info.status !== 'running') return;
        this.note(root, {
          type: 'task_progress',
          taskId: id,
          description,
          ...(toolUseId !== undefined && { toolUseId }),
          usage,
          ...(lastToolName !== undefined && { lastToolName }),
          ...(summary !== undefined && { summary }),
        });
      },
      end: async (how) => {
        if (over) return ended;
        over = true;
        // only what is in the file counts as ended
        await log.close();
        this.finish(root, mine, task, how);
        settle();
      },
    };
  }

  list(session: SessionRef): readonly BackgroundTask[] {
    return [...(this.sessions.get(rootOf(session).id)?.tasks.values() ?? [])].map(({ info }) => info);
  }

  async read(session: SessionRef, id: string, wait = 0, signal?: AbortSignal): Promise<TaskReading | undefined> {
    const mine = this.sessions.get(rootOf(session).id);
    const task = mine?.tasks.get(id);
    if (mine === undefined || task === undefined) return undefined;
    if (wait > 0 && task.info.status === 'running') {
      // neither the end of the wait nor an interrupt is the end of the task
      await bounded(task.ended, wait, ...(signal === undefined ? [] : [signal])).catch(() => undefined);
    }
    if (task.info.status !== 'running') mine.news.drop(id);
    return { task: task.info, text: task.log.unread(READING) };
  }

  async stop(session: SessionRef, id: string): Promise<BackgroundTask | undefined> {
    const mine = this.sessions.get(rootOf(session).id);
    const task = mine?.tasks.get(id);
    if (mine === undefined || task === undefined) return undefined;
    if (task.info.status === 'running') {
      task.stop();
      await bounded(task.ended, STOPPING).catch(() => undefined); // the answer says that it still runs
      mine.news.drop(id);
    }
    return task.info;
  }

  async awaited(session: SessionRef): Promise<boolean> {
    const mine = this.sessions.get(rootOf(session).id);
    const needed = [...(mine?.tasks.values() ?? [])].filter((task) => task.awaited && task.from === session.id);
    const unheard = () => needed.some(({ info }) => mine?.news.has(info.id));
    if (mine === undefined || unheard()) return mine !== undefined;
    const running = needed.filter(({ info }) => info.status === 'running');
    if (running.length === 0) return false;
    await Promise.race(running.map(({ ended }) => ended));
    // one that was ended by a call of the model is no news
    return unheard() || this.awaited(session);
  }

  /** What a session should hear before its next turn. */
  news(session: SessionRef): readonly string[] {
    const root = rootOf(session);
    return this.sessions.get(root.id)?.news.take(session.id, session.id === root.id) ?? [];
  }

  /** Ends the tasks of a session and what left their process groups; without one, of all sessions. */
  async end(session?: string): Promise<void> {
    const ids = session === undefined ? [...this.sessions.keys()] : [session];
    await Promise.all(ids.map((id) => this.endSession(id)));
  }

  private async endSession(id: string): Promise<void> {
    const mine = this.sessions.get(id);
    if (mine === undefined || mine.ending) return;
    mine.ending = true;
    const running = [...mine.tasks.values()].filter(({ info }) => info.status === 'running');
    for (const task of running) task.stop();
    const ended = bounded(Promise.all(running.map((task) => task.ended)), STOPPING).catch(() => {
      this.bench.api.log.warn(`${running.length} tasks did not end with their session within ${STOPPING} ms`);
    });
    await Promise.all([ended, endMarked(commandMark(id), GRACE)]);
    this.sessions.delete(id);
  }

  private of(root: string): SessionTasks {
    let mine = this.sessions.get(root);
    if (mine === undefined) {
      mine = { tasks: new Map(), news: new TaskNews(), ending: false };
      this.sessions.set(root, mine);
    }
    return mine;
  }

  private finish(root: SessionRef, mine: SessionTasks, task: Task, how: TaskEnd): void {
    const { status, summary, exitCode, report, usage } = how;
    task.info = {
      ...task.info,
      status,
      summary,
      endedAt: Date.now(),
      ...(exitCode !== undefined && { exitCode }),
    };
    const { id, description, toolUseId, outputFile } = task.info;
    this.note(root, { type: 'task_updated', taskId: id, patch: { status } });
    this.note(root, {
      type: 'task_notification',
      taskId: id,
      ...(toolUseId !== undefined && { toolUseId }),
      status: status === 'killed' ? 'stopped' : status,
      outputFile,
      summary: `${description}: ${summary}`,
      ...(usage !== undefined && { usage }),
    });
    this.changed(root, mine);
    if (mine.ending) return;
    if (report !== undefined) {
      const said = `The task ${id} (${description}) has ended: ${summary}. It reports:\n${report}`;
      mine.news.report(id, task.from, said);
      return;
    }
    mine.news.add(
      id,
      task.from,
      `The background task ${id} (${description}) has ended: ${summary}. See what it put out with TaskOutput.`,
      true,
    );
  }

  /** Tells the surfaces which tasks are at work now. */
  private changed(root: SessionRef, { tasks }: SessionTasks): void {
    const running = [...tasks.values()].filter(({ info }) => info.status === 'running');
    this.note(root, {
      type: 'tasks_changed',
      tasks: running.map(({ info: { id, type, description, agentType } }) => ({
        taskId: id,
        taskType: type,
        description,
        ...(agentType !== undefined && { agentType }),
      })),
    });
  }

  /** Tells the surfaces, where there is a loop. */
  private note(root: SessionRef, event: NoteEvent): void {
    this.bench.api.maybe(Loop)?.get(root.id)?.note(event);
  }
}

function forgetOldest(tasks: Map<string, Task>): void {
  const ended = [...tasks.values()].filter(({ info }) => info.status !== 'running');
  for (const { info } of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) tasks.delete(info.id);
}
