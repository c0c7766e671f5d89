import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { projectSlug } from '../project-slug.ts';
import { Events, text } from './events.ts';
import { ref, tempStore, writeAll } from './store.ts';

const ids = [1, 2, 3].map((n) => `0000000${n}-0000-4000-8000-000000000000`) as [string, string, string];

test('the newest first, by the title, the summary or the first prompt', async () => {
  const { store, cwd } = tempStore();
  for (const [index, id] of ids.entries()) {
    const e = new Events(id);
    await store.keep({ id, cwd });
    writeAll(store, ref(id, cwd), [
      e.prompt('<system-reminder>context</system-reminder>', { isMeta: true }),
      e.prompt(`  prompt\n ${index} `),
      e.answer('m', [text('ok')]),
    ]);
    if (index === 0) writeAll(store, ref(id, cwd), [e.make({ type: 'setting', title: 'Chosen' })]);
    store.end(id);
    utimesSync(store.path(cwd, id), index * 10, index * 10);
  }
  const folder = dirname(store.path(cwd, ids[0]));
  writeFileSync(join(folder, 'notes.jsonl'), '{}\n');
  writeFileSync(
    join(folder, '00000009-0000-4000-8000-000000000000.jsonl'),
    '{"type":"custom-title","customTitle":"no talk"}\n',
  );
  const listed = await store.list(cwd);
  expect(listed.map(({ id, title }) => [id, title])).toEqual([
    [ids[2], 'prompt 2'],
    [ids[1], 'prompt 1'],
    [ids[0], 'Chosen'],
  ]);
  expect(listed[0]?.modified).toBe(20_000);
  expect(await store.list(cwd, 1)).toHaveLength(1);
  expect((await store.load(cwd, 'Chosen'))?.id).toBe(ids[0]);
});

test('a folder without sessions has none', async () => {
  const { store, cwd } = tempStore();
  expect(await store.list(cwd)).toEqual([]);
});

test('a link to a folder has the sessions of the folder', () => {
  const { store, cwd, home } = tempStore();
  symlinkSync(cwd, join(home, 'link'));
  expect(store.path(join(home, 'link'), ids[0])).toBe(store.path(cwd, ids[0]));
});

test('the name of a folder', () => {
  expect(projectSlug('/home/me/my_app.v2/ö')).toBe('-home-me-my-app-v2--');
  const long = `/${'a'.repeat(300)}`;
  expect(projectSlug(long)).toMatch(/^-a{199}-[0-9a-f]{8}$/);
  expect(projectSlug(long)).not.toBe(projectSlug(`${long}b`));
});

test('a first prompt longer than what is read makes a session all the same', async () => {
  const { store, cwd } = tempStore();
  const [id] = ids;
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [new Events(id).prompt('y'.repeat(600_000))]);
  store.end(id);
  expect(await store.list(cwd)).toEqual([expect.objectContaining({ id })]);
});

test('folders in the place of transcripts are passed over', async () => {
  const { store, cwd } = tempStore();
  mkdirSync(store.path(cwd, ids[0]), { recursive: true });
  expect(await store.list(cwd)).toEqual([]);
});
