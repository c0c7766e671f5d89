import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentNote, JsonObject, StoredAgent } from 'tenon/plugin-api';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { fileNameOf } from './kept-session.ts';

/** Subagents of one session that are looked at; there are hardly ever so many. */
const MOST = 1_000;

/** Writes what a subagent is beside its transcript. @throws the file system's error */
export async function writeAgentNote(folder: string, id: string, note: AgentNote): Promise<void> {
  makeFolder(folder, 0o700);
  await atomicWrite(notePath(folder, id), `${JSON.stringify({ ...note, agentId: id })}\n`, 0o600);
}

/** The subagents of a folder; a note that cannot be read is none. */
export async function readAgentNotes(folder: string): Promise<readonly StoredAgent[]> {
  const names = await readdir(folder).catch(() => []); // no such folder: the session had none
  const notes = names.filter((name) => /^agent-.+\.meta\.json$/.test(name)).slice(-MOST);
  const read = await Promise.all(notes.map((name) => readNote(folder, name)));
  return read.filter((note) => note !== undefined);
}

async function readNote(folder: string, file: string): Promise<StoredAgent | undefined> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => ''); // removed in the meantime
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // half written by somebody else
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as JsonObject;
  const texts: Record<string, string> = {};
  for (const [name, field] of Object.entries(fields)) if (typeof field === 'string') texts[name] = field;
  const { agentType = 'general-purpose', description = '', cwd = '', ...rest } = texts;
  const stem = file.slice(0, -'.meta.json'.length);
  const { agentId: id = stem.slice('agent-'.length), name, model, toolUseId, worktreePath, worktreeBranch } = rest;
  return {
    id,
    agentType,
    description,
    cwd,
    path: join(folder, `${stem}.jsonl`),
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model }),
    ...(toolUseId !== undefined && { toolUseId }),
    ...(worktreePath !== undefined && { worktreePath }),
    ...(worktreeBranch !== undefined && { worktreeBranch }),
  };
}

function notePath(folder: string, id: string): string {
  return join(folder, `agent-${fileNameOf(id)}.meta.json`);
}
