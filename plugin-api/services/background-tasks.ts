import type { Awaitable, Disposable } from '../dispose.ts';
import { service } from '../service.ts';
import type { SessionRef } from '../session.ts';
import type { TaskUsage } from '../session-event.ts';

/** Work that goes on while its session does other things. */
export interface BackgroundTask {
  /** Unique within the program. */
  readonly id: string;
  /** What kind it is, as SDK callers know it: `local_bash`, `local_agent`, `monitor`, … */
  readonly type: string;
  readonly description: string;
  readonly status: 'running' | 'completed' | 'failed' | 'killed';
  /** The call that began it. */
  readonly toolUseId?: string;
  /** Of a command: its command line. */
  readonly command?: string;
  /** Of an agent: its type. */
  readonly agentType?: string;
  /** Of a command that has ended: its exit code, unless a signal ended it. */
  readonly exitCode?: number;
  /** One sentence on how it ended. */
  readonly summary?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /** The file that holds what it put out, up to a limit. */
  readonly outputFile: string;
}

/** What a task begins with. */
export interface TaskStart {
  readonly type: string;
  /** In a few words, for the user and the model. */
  readonly description: string;
  readonly toolUseId?: string;
  readonly command?: string;
  readonly agentType?: string;
  readonly prompt?: string;
  /** Its id; default: a new one. A task of this id that has ended gives way to it. */
  readonly id?: string;
  /**
   * The session that begins it needs what comes of it: where sessions do not stay open between prompts
   * (`OpenOptions.stays`), its prompt ends only after it. Default: false.
   */
  readonly awaited?: boolean;
  /** Ends the work, which then calls `end`. Called at most once, also when the session ends. */
  stop(): Awaitable<void>;
}

/** How a task ended. */
export interface TaskEnd {
  readonly status: 'completed' | 'failed' | 'killed';
  /** One sentence for the model, without the name of the task. */
  readonly summary: string;
  readonly exitCode?: number;
  /** What the model reads beside the summary: all that came of the work. */
  readonly report?: string;
  readonly usage?: TaskUsage;
}

/** A task in the hands of whoever does its work. */
export interface TaskWork {
  /** As it is at the moment of reading. */
  readonly task: BackgroundTask;
  /** Adds to what it put out. A promise means that it comes too fast: wait for it before you write more. */
  write(text: string): Promise<void> | undefined;
  /** Tells the model something before its next turn, in lines; what comes too fast is left out, and that is said. */
  tell(text: string): void;
  /** Tells the surfaces how far it is. */
  progress(now: { readonly usage: TaskUsage; readonly lastToolName?: string; readonly summary?: string }): void;
  /** It has ended; only the first call counts. Resolves when its output is in the file. */
  end(how: TaskEnd): Promise<void>;
}

/** What a task put out. */
export interface TaskReading {
  readonly task: BackgroundTask;
  /** What it put out since it was last read this way; long texts without their middle, which is said there. */
  readonly text: string;
}

/**
 * The tasks of sessions, for tools, surfaces and whoever adds work of another kind. A session and its subagents share
 * theirs; all end with the session. The model hears before its next turn that a task has ended.
 */
export interface BackgroundTasks {
  /** @throws Error when too many tasks are running, or the session is ending. */
  start(session: SessionRef, start: TaskStart): Promise<TaskWork>;
  /** Those that run and the last of those that ended, oldest first. */
  list(session: SessionRef): readonly BackgroundTask[];
  /**
   * What a task put out; `undefined` when there is none of this id. With `wait` it waits up to so many milliseconds for
   * the task to end.
   */
  read(session: SessionRef, id: string, wait?: number, signal?: AbortSignal): Promise<TaskReading | undefined>;
  /**
   * Says that a call which somebody waits for could go on in the background: `go` is called when the user wants that.
   * Whoever says it disposes of it when the call is over.
   */
  movable(session: SessionRef, toolUseId: string, go: () => void): Disposable;
  /** Lets such calls go on in the background: one of them, or all. The ids of those that were told. */
  move(session: SessionRef, toolUseId?: string): readonly string[];
  /**
   * For whoever ends a prompt: resolves with true once one of the tasks that `session` itself began and needs (`awaited`)
   * has ended and the model has not heard of it; with false when all of them have ended and it has heard of all.
   */
  awaited(session: SessionRef): Promise<boolean>;
  /** Ends a task and waits a little for it; `undefined` when there is none of this id. It may have ended before. */
  stop(session: SessionRef, id: string): Promise<BackgroundTask | undefined>;
}

/** Work that goes on while its session does other things. */
export const BackgroundTasks = service<BackgroundTasks>('background-tasks@1');
