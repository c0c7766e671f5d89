import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempProject } from 'tenon/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { removeOldDaily } from '../old-sessions.ts';

const OLD = '11111111-1111-4111-8111-111111111111';
const NEW = '22222222-2222-4222-8222-222222222222';
const DAY = 86_400_000;

async function transcripts() {
  const place = await tempProject();
  onTestFinished(() => place.dispose());
  const folder = join(place.dir, '-work');
  await mkdir(join(folder, OLD, 'subagents'), { recursive: true });
  await mkdir(join(folder, 'memory'));
  for (const [name, days] of [
    [`${OLD}.jsonl`, 8],
    [`${NEW}.jsonl`, 6],
    ['notes.jsonl', 8],
    ['memory/MEMORY.md', 8],
  ] as const) {
    const path = join(folder, name);
    await writeFile(path, '{}\n');
    const then = new Date(Date.now() - days * DAY);
    await utimes(path, then, then);
  }
  const values = new Map<string, unknown>();
  const said: string[] = [];
  const log = (message: string) => void said.push(message);
  const api = {
    log: { debug: log, info: log, warn: log, error: log },
    data: {
      folder: async () => place.dir,
      get: async (key: string) => values.get(key),
      set: async (key: string, value: unknown) => void values.set(key, value),
    },
  };
  const clean = (days: unknown) => removeOldDaily(api, place.dir, days, new AbortController().signal);
  return { folder, clean, said, values };
}

test('transcripts that are older go, with the folder of their name; nothing else does', async () => {
  const { folder, clean, said } = await transcripts();
  await clean(7);
  expect((await readdir(folder)).sort()).toEqual([`${NEW}.jsonl`, 'memory', 'notes.jsonl']);
  expect(said).toEqual(['1 sessions older than 7 days were removed (cleanupPeriodDays)']);
});

test('once a day is enough', async () => {
  const { folder, clean, values } = await transcripts();
  await clean(30);
  await clean(7);
  expect(await readdir(folder)).toContain(`${OLD}.jsonl`);
  values.set('cleaned', Date.now() - 2 * DAY);
  await clean(7);
  expect(await readdir(folder)).not.toContain(`${OLD}.jsonl`);
});

test.each([0, -1, 'soon'])('%j days remove nothing, and that is said', async (days) => {
  const { folder, clean, said } = await transcripts();
  await clean(days);
  expect(await readdir(folder)).toContain(`${OLD}.jsonl`);
  expect(said).toEqual([expect.stringMatching(/must be a number of at least 1/)]);
});
