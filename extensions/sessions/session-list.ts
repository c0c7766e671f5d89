import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionSummary } from 'tenon/plugin-api';
import { type ChainEntry, type StateEntry, transcriptEntry } from './transcript-entry.ts';

const fileName = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl$/i;
const window = 128 * 1024;

/**
 * The sessions of a folder with a conversation in them, the newest first.
 * @param folder where the transcripts are; it may not exist
 */
export async function listSessions(folder: string, limit = Number.POSITIVE_INFINITY): Promise<SessionSummary[]> {
  const names = await readdir(folder).catch(() => []); // no such folder: nothing was kept
  const found = await Promise.all(
    names.map(async (name) => {
      const id = fileName.exec(name)?.[1];
      if (id === undefined) return undefined;
      const path = join(folder, name);
      const info = await stat(path).catch(() => undefined); // removed in the meantime
      return info?.isFile() && info.size > 0 ? { id, path, modified: info.mtimeMs, size: info.size } : undefined;
    }),
  );
  const newest = found.filter((file) => file !== undefined).sort((a, b) => b.modified - a.modified);
  const sessions: SessionSummary[] = [];
  for (const { id, path, modified, size } of newest) {
    if (sessions.length >= limit) break;
    const title = await titleOf(path, size).catch(() => undefined); // not readable: not offered
    if (title !== undefined) sessions.push({ id, path, modified, title });
  }
  return sessions;
}

/** A title from the start and the end of a transcript; `undefined` when there is no conversation. */
async function titleOf(path: string, size: number): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(Math.min(size, window));
    await file.read(head, 0, head.length, 0);
    const tail = Buffer.alloc(Math.min(size - head.length, window));
    if (tail.length > 0) await file.read(tail, 0, tail.length, size - tail.length);
    const first = entriesOf(head);
    const last = tail.length > 0 ? entriesOf(tail) : [];
    // a first line longer than what is read is a conversation as well
    const talks = [...first, ...last].some(isTalk) || head.includes('"role":"user"');
    if (!talks) return undefined;
    const states = [...first, ...last].filter((entry): entry is StateEntry => entry.kind === 'state').reverse();
    return (
      states.find(({ title }) => title !== undefined)?.title ??
      states.find(({ summary }) => summary !== undefined)?.summary ??
      firstPrompt(first) ??
      'Untitled'
    );
  } finally {
    await file.close();
  }
}

function entriesOf(bytes: Buffer): (ChainEntry | StateEntry)[] {
  return bytes
    .toString()
    .split('\n')
    .flatMap((line) => {
      const entry = line === '' ? undefined : transcriptEntry(Buffer.from(line));
      return entry === undefined ? [] : [entry];
    });
}

function isTalk(entry: ChainEntry | StateEntry): boolean {
  return entry.kind === 'chain' && entry.message !== undefined;
}

/** A slash command as its user typed it. */
function asTyped(text: string): string {
  const command = /<command-name>([^<]*)<\/command-name>(?:\s*<command-args>([\s\S]*?)<\/command-args>)?/.exec(text);
  return command === null ? text : `${command[1]} ${command[2] ?? ''}`;
}

function firstPrompt(entries: readonly (ChainEntry | StateEntry)[]): string | undefined {
  for (const entry of entries) {
    if (entry.kind !== 'chain' || entry.isMeta || entry.message?.role !== 'user') continue;
    const { content } = entry.message;
    const texts = typeof content === 'string' ? [content] : content.map((b) => (b.type === 'text' ? b.text : ''));
    for (const text of texts) {
      const shown = asTyped(text)
        .replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '')
        .replace(/\s+/g, ' ')
        .trim();
      if (shown !== '') return shown.length > 120 ? `${shown.slice(0, 119)}…` : shown;
    }
  }
  return undefined;
}
