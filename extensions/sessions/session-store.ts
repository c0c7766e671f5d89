import { existsSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type {
  AgentNote,
  JsonObject,
  Log,
  Message,
  SessionEventValue,
  SessionRef,
  SessionSummary,
  Sessions,
  StoredAgent,
  StoredSession,
} from 'tenon/plugin-api';
import { agentFolder, KeptSession, type TranscriptStamp } from './kept-session.ts';
import { projectSlug } from './project-slug.ts';
import { lockSession, SessionBusy } from './session-lock.ts';

export interface StoreOptions {
  /** The folder of the transcripts of all folders. */
  readonly projects: string;
  readonly stamp: TranscriptStamp;
  readonly log: Log;
  /** An existing folder for locks. */
  locks(): Promise<string>;
}

interface Open {
  readonly kept: KeptSession;
  unlock(): void;
}

/** The sessions in the files of one user. */
export class SessionStore implements Sessions {
  readonly #options: StoreOptions;
  readonly #open = new Map<string, Open>();
  readonly #folders = new Map<string, string>();

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  path(cwd: string, id: string): string {
    if (!/^[\w-]{1,128}$/.test(id)) {
      throw new Error(`session id ${JSON.stringify(id.slice(0, 60))}: expected a UUID, as session lists show it`);
    }
    return join(this.#folder(cwd), `${id}.jsonl`);
  }

  async load(cwd: string, id: string, at?: string): Promise<StoredSession | undefined> {
    const path = await this.#find(cwd, id);
    if (path === undefined) return undefined;
    const { readTranscript } = await import('./transcript-reader.ts');
    try {
      return { id: basename(path, '.jsonl'), ...(await readTranscript(path, at === undefined ? {} : { at })) };
    } catch (cause) {
      throw new Error(`session file ${path} cannot be read: ${(cause as Error).message}`, { cause });
    }
  }

  async list(cwd: string, limit?: number): Promise<readonly SessionSummary[]> {
    const { listSessions } = await import('./session-list.ts');
    return listSessions(this.#folder(cwd), limit);
  }

  async keep(
    session: { readonly id: string; readonly cwd: string },
    from?: { readonly stored: StoredSession; readonly fork: boolean },
  ): Promise<void> {
    const { id } = session;
    if (this.#open.has(id)) throw new SessionBusy(id, process.pid);
    const resumed = from !== undefined && !from.fork;
    const path = resumed ? from.stored.path : this.path(session.cwd, id);
    if (!resumed && existsSync(path)) {
      throw new Error(
        `session ${id} exists already (${path}); go on with it with --resume ${id}, or choose another id`,
      );
    }
    const unlock = await this.#lock(id);
    try {
      if (from?.fork) {
        const { forkTranscript } = await import('./session-fork.ts');
        await forkTranscript(from.stored.path, from.stored.id, path, id);
      }
      // another process may have gone on between reading and now
      if (resumed) await this.#checkUnchanged(from.stored);
    } catch (error) {
      unlock();
      throw error;
    }
    const { log, stamp } = this.#options;
    const failed = (file: string, error: Error) =>
      log.error(`${file} cannot be written (${error.message}); the session goes on, but from here on it is not saved`);
    const kept = new KeptSession(id, path, stamp, failed, from?.stored.lastUuid);
    if (from !== undefined) kept.restate(stateLines(from.stored, id));
    this.#open.set(id, { kept, unlock });
  }

  async noteAgent(session: SessionRef, id: string, note: AgentNote): Promise<string | undefined> {
    const root = rootOf(session).id;
    const kept = this.#open.get(root)?.kept;
    if (kept === undefined) return undefined;
    const { writeAgentNote } = await import('./agent-notes.ts');
    try {
      await writeAgentNote(agentFolder(kept.path, root), id, note);
    } catch (error) {
      this.#options.log.warn(`what the agent ${id} is could not be kept: ${(error as Error).message}`);
    }
    return kept.agentPath(id);
  }

  async agents(session: SessionRef): Promise<readonly StoredAgent[]> {
    const root = rootOf(session).id;
    const kept = this.#open.get(root)?.kept;
    if (kept === undefined) return [];
    const { readAgentNotes } = await import('./agent-notes.ts');
    return readAgentNotes(agentFolder(kept.path, root));
  }

  async resumeAgent(session: SessionRef, id: string): Promise<readonly Message[] | undefined> {
    const kept = this.#open.get(rootOf(session).id)?.kept;
    const path = kept?.agentPath(id);
    if (kept === undefined || path === undefined || !existsSync(path)) return undefined;
    const { readTranscript } = await import('./transcript-reader.ts');
    const { messages, lastUuid } = await readTranscript(path, { agent: true });
    if (lastUuid !== undefined) kept.resumeAgent(id, lastUuid);
    return messages;
  }

  /** Writes what is kept of an event; events of sessions that are not kept are passed over. */
  write({ session, event }: SessionEventValue): void {
    this.#open.get(rootOf(session).id)?.kept.write(session, event);
  }

  /** Ends the writing of a session. */
  end(id: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    open.kept.close();
    open.unlock();
  }

  endAll(): void {
    for (const id of [...this.#open.keys()]) this.end(id);
  }

  #folder(cwd: string): string {
    let folder = this.#folders.get(cwd);
    if (folder === undefined) {
      folder = join(this.#options.projects, projectSlug(realPath(cwd)));
      this.#folders.set(cwd, folder);
    }
    return folder;
  }

  /** By id, or by the title that the user gave. */
  async #find(cwd: string, id: string): Promise<string | undefined> {
    if (/^[\w-]{1,128}$/.test(id)) {
      const path = this.path(cwd, id);
      if (existsSync(path)) return path;
    }
    if (/^[0-9a-f-]{36}$/i.test(id)) return undefined;
    const sessions = await this.list(cwd);
    return sessions.find(({ title }) => title === id)?.path;
  }

  async #lock(id: string): Promise<() => void> {
    try {
      return lockSession(await this.#options.locks(), id);
    } catch (error) {
      if (error instanceof SessionBusy) throw error;
      // whole-line appends keep the file readable without a lock; only a second writer goes unnoticed
      this.#options.log.debug(`session ${id} is not locked: ${(error as Error).message}`);
      return () => {};
    }
  }

  async #checkUnchanged(stored: StoredSession): Promise<void> {
    const now = await this.#lastUuid(stored.path);
    if (now === (stored.tailUuid ?? stored.lastUuid)) return;
    throw new Error(`session ${stored.id} went on in another process while it was read; try again`);
  }

  async #lastUuid(path: string): Promise<string | undefined> {
    const { lastUuidOf } = await import('./transcript-reader.ts');
    return lastUuidOf(path);
  }
}

function stateLines(stored: StoredSession, sessionId: string): JsonObject[] {
  const { title, permissionMode, model, totalCostUsd } = stored;
  return [
    ...(title === undefined ? [] : [{ type: 'custom-title', customTitle: title, sessionId }]),
    ...(permissionMode === undefined ? [] : [{ type: 'permission-mode', permissionMode, sessionId }]),
    ...(model === undefined ? [] : [{ type: 'model', model, sessionId }]),
    ...(totalCostUsd === undefined ? [] : [{ type: 'cost-state', totalCostUSD: totalCostUsd, sessionId }]),
  ];
}

function rootOf(session: SessionRef): SessionRef {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // gone in the meantime: its name still finds its sessions
  }
}
