import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';

/**
 * Starts a session's transcript with the lines of another's, under the new id. Lines of subagents stay behind, and so
 * does the cost, which is counted once. The new file appears as a whole.
 * @throws the file system's error
 */
export async function forkTranscript(from: string, oldId: string, to: string, newId: string): Promise<void> {
  makeFolder(dirname(to), 0o700);
  const draft = `${to}.tmp`;
  const file = await open(draft, 'w', 0o600);
  try {
    let batch = '';
    for await (const line of createInterface({ input: createReadStream(from), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (!isCopied(line)) continue;
      // inside of texts the quotes are escaped, so that only fields match
      batch += `${line.replaceAll(`"sessionId":"${oldId}"`, `"sessionId":"${newId}"`)}\n`;
      if (batch.length > 1 << 20) {
        await file.appendFile(batch);
        batch = '';
      }
    }
    await file.appendFile(batch);
    await file.close();
    await rename(draft, to);
  } catch (error) {
    await file.close().catch(() => undefined); // it may be closed already
    await rm(draft, { force: true });
    throw error;
  }
}

function isCopied(line: string): boolean {
  if (!line.startsWith('{') || !line.endsWith('}')) return false;
  return !line.slice(0, 200).includes('"isSidechain":true') && !line.startsWith('{"type":"cost-state"');
}
