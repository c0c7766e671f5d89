import { dirname, join } from 'node:path';
import type { JsonObject, SessionEvent, SessionRef } from 'tenon/plugin-api';
import { gitHead } from 'tenon/plugin-api/lib/git-head';
import { jsonLine } from 'tenon/plugin-api/lib/json-line';
import { TranscriptFile } from './transcript-file.ts';
import { transcriptLines } from './transcript-line.ts';

/** What all lines of a session have in common. */
export interface TranscriptStamp {
  readonly version: string;
  readonly entrypoint: string;
}

/** One file and the end of its chain of lines. */
interface Chain {
  readonly file: TranscriptFile;
  readonly agentId: string | undefined;
  parentUuid: string | null;
  calls: Map<string, string>;
  /** Lines that wait for a conversation: without one there is no file. */
  held: string | undefined;
}

const branchAge = 2_000;
const maxHeld = 256 * 1024;

/** A session that is being written: its own transcript, and one for each of its subagents. */
export class KeptSession {
  readonly path: string;
  readonly #id: string;
  readonly #stamp: TranscriptStamp;
  readonly #failed: (path: string, error: Error) => void;
  readonly #main: Chain;
  readonly #agents = new Map<string, Chain>();
  /** The latest line of each kind that is not part of the chain. */
  readonly #state = new Map<string, JsonObject>();
  #branch: { readonly cwd: string; readonly until: number; readonly name: string | undefined } | undefined;

  /** @param failed told once for each file that can no longer be written */
  constructor(
    id: string,
    path: string,
    stamp: TranscriptStamp,
    failed: (path: string, error: Error) => void,
    lastUuid?: string,
  ) {
    this.path = path;
    this.#id = id;
    this.#stamp = stamp;
    this.#failed = failed;
    this.#main = this.#chain(path, undefined, lastUuid);
  }

  /** Appends what is kept of an event. */
  write(session: SessionRef, event: SessionEvent): void {
    const agentId = session.agent?.id ?? event.agentId;
    const chain = agentId === undefined ? this.#main : this.#agentChain(agentId);
    const { cwd } = session;
    const lines = transcriptLines(event, {
      ...this.#stamp,
      sessionId: this.#id,
      cwd,
      gitBranch: this.#branchOf(cwd, event.time),
      agentId,
      parentUuid: chain.parentUuid,
      calls: chain.calls,
    });
    if (lines.length === 0 || (agentId !== undefined && event.type === 'result')) return;
    if (event.type === 'message') chain.calls = new Map();
    let text = '';
    for (const line of lines) {
      text += jsonLine(line);
      if (typeof line.uuid !== 'string') {
        if (chain === this.#main) this.#state.set(String(line.type), line);
        continue;
      }
      chain.parentUuid = line.uuid;
      if (event.type === 'message') rememberCalls(chain.calls, line.message, line.uuid);
    }
    // readers go no further back than the last compaction, so what they need is said again after it
    if (event.type === 'compact' && chain === this.#main)
      for (const line of this.#state.values()) text += jsonLine(line);
    this.#append(chain, text, event.type === 'message' || event.type === 'user' || event.type === 'compact');
  }

  /** Where the transcript of a subagent is. */
  agentPath(agentId: string): string {
    return join(agentFolder(this.path, this.#id), `agent-${fileNameOf(agentId)}.jsonl`);
  }

  /** Lines of a subagent that follow go on from a line of its transcript. */
  resumeAgent(agentId: string, lastUuid: string): void {
    if (this.#agents.has(agentId)) return;
    this.#agents.set(agentId, this.#chain(this.agentPath(agentId), agentId, lastUuid));
  }

  /** Says again after a compaction what an earlier run of the session has set. */
  restate(lines: readonly JsonObject[]): void {
    for (const line of lines) this.#state.set(String(line.type), line);
  }

  close(): void {
    this.#main.file.close();
    for (const { file } of this.#agents.values()) file.close();
  }

  #append(chain: Chain, text: string, talk: boolean): void {
    if (chain.held !== undefined && !talk) {
      if (chain.held.length < maxHeld) chain.held += text;
      return;
    }
    chain.file.append((chain.held ?? '') + text);
    chain.held = undefined;
  }

  #chain(path: string, agentId?: string, lastUuid?: string): Chain {
    return {
      file: new TranscriptFile(path, (error) => this.#failed(path, error)),
      agentId,
      parentUuid: lastUuid ?? null,
      calls: new Map(),
      held: lastUuid === undefined ? '' : undefined,
    };
  }

  #agentChain(agentId: string): Chain {
    let chain = this.#agents.get(agentId);
    if (chain === undefined) {
      chain = this.#chain(this.agentPath(agentId), agentId);
      this.#agents.set(agentId, chain);
    }
    return chain;
  }

  #branchOf(cwd: string, now: number): string | undefined {
    if (this.#branch === undefined || this.#branch.cwd !== cwd || now > this.#branch.until) {
      const head = gitHead(cwd);
      this.#branch = { cwd, until: now + branchAge, name: head === undefined ? undefined : (head.branch ?? 'HEAD') };
    }
    return this.#branch.name;
  }
}

function rememberCalls(calls: Map<string, string>, message: unknown, uuid: string): void {
  const { content } = message as { content: readonly { readonly type: string; readonly id?: string }[] };
  for (const block of content) if (block.type === 'tool_use' && block.id !== undefined) calls.set(block.id, uuid);
}

/** Where the transcripts of a session's subagents are. */
export function agentFolder(path: string, id: string): string {
  return join(dirname(path), id, 'subagents');
}

export function fileNameOf(agentId: string): string {
  return agentId.replace(/[^A-Za-z0-9_-]/g, '_');
}
