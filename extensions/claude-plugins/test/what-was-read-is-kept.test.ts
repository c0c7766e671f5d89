import { readFileSync, writeFileSync } from 'node:fs';
import { rm, utimes } from 'node:fs/promises';
import { type TempProject, tempProject } from 'tenon/test-kit';
import { expect, test, vi } from 'vitest';
import { ComponentIndex } from '../component-index.ts';
import type { Contents } from '../contents.ts';
import { readPlugin } from '../plugin-reader.ts';
import { markdown } from './setup.ts';

const files = {
  '.claude-plugin/plugin.json': '{"name":"p"}',
  'skills/a/SKILL.md': markdown('description: one'),
  'hooks/hooks.json': '{"hooks":{}}',
};

/** Files that are no longer so new that they could change within one tick of the clock. */
async function old(folder: TempProject): Promise<TempProject> {
  const past = new Date(Date.now() - 60_000);
  for (const path of ['', ...Object.keys(files), 'skills', 'skills/a', 'hooks', '.claude-plugin']) {
    await utimes(folder.path(path), past, past);
  }
  return folder;
}

async function start() {
  const folder = await old(await tempProject({ files }));
  const home = await tempProject();
  const file = home.path('deep/er/index.json');
  const read = vi.fn(readPlugin);
  const log = vi.fn();
  /** A start of a program. */
  const run = async (more: { settled?: boolean; root?: string; anew?: boolean } = {}): Promise<Contents> => {
    const index = new ComponentIndex(file, more.anew === true, log);
    const { root = folder.dir, settled = false } = more;
    const contents = await index.contents({
      root,
      boundary: 'root',
      variant: 'v',
      settled,
      read: (tree) => read(tree),
    });
    await index.save();
    return contents;
  };
  return { folder, file, read, run, log };
}

test('what did not change is not read again, and is the same', async () => {
  const { run, read } = await start();
  const first = await run();
  expect(await run()).toEqual(first);
  expect(read).toHaveBeenCalledTimes(1);
  expect(first.skills).toEqual([{ name: 'a', file: 'skills/a/SKILL.md', description: 'one' }]);
});

test.each<[string, (folder: TempProject) => Promise<unknown>, string[]]>([
  ['a text is edited', (folder) => folder.write('skills/a/SKILL.md', markdown('description: changed')), ['changed']],
  ['a skill is added', (folder) => folder.write('skills/b/SKILL.md', markdown('description: two')), ['one', 'two']],
  ['a skill is removed', (folder) => rm(folder.path('skills/a/SKILL.md')), []],
  ['a folder is added', (folder) => folder.write('commands/c.md', markdown('description: c')), ['one', 'c']],
  [
    'the manifest changes',
    (folder) => folder.write('.claude-plugin/plugin.json', '{"name":"p","skills":"./x"}'),
    ['one'],
  ],
  ['the folder is gone', (folder) => rm(folder.dir, { recursive: true }), []],
])('%s: it is read again', async (_, change, expected) => {
  const { run, read, folder } = await start();
  await run();
  await change(folder);
  expect((await run()).skills.map(({ description }) => description)).toEqual(expected);
  expect(read).toHaveBeenCalledTimes(2);
});

test('a change within one tick of the clock is seen', async () => {
  const { run, folder } = await start();
  await folder.write('skills/a/SKILL.md', markdown('description: aaa'));
  expect((await run()).skills[0]?.description).toBe('aaa');
  await folder.write('skills/a/SKILL.md', markdown('description: bbb'));
  expect((await run()).skills[0]?.description).toBe('bbb');
});

test('in a copy that belongs to a version texts are not looked at, all else is', async () => {
  const { run, read, folder } = await start();
  const settled = { settled: true };
  await run(settled);
  writeFileSync(folder.path('skills/a/SKILL.md'), markdown('description: changed'));
  expect((await run(settled)).skills[0]?.description).toBe('one');
  expect((await run({ ...settled, anew: true })).skills[0]?.description).toBe('changed');
  await folder.write('hooks/hooks.json', '{"hooks":{"Stop":[]}}');
  expect((await run(settled)).hooks[0]?.hooks).toEqual({ Stop: [] });
  expect(read).toHaveBeenCalledTimes(3);
});

test.each(['', '{', '[]', '{"version":99,"roots":{}}', '{"version":1,"roots":[]}', '{"version":1,"roots":{"x":7}}'])(
  'an index that holds %j is written anew',
  async (text) => {
    const { run, read, file } = await start();
    await run();
    writeFileSync(file, text);
    expect((await run()).skills).toHaveLength(1);
    await run();
    expect(read).toHaveBeenCalledTimes(2);
  },
);

test('an index whose parts make no sense does no harm', async () => {
  const { run, file } = await start();
  await run();
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { roots: Record<string, unknown> };
  for (const value of [null, 7, {}, { stamps: [], contents: 7 }, { stamps: 'x', contents: { skills: [] } }]) {
    const roots = Object.fromEntries(Object.keys(kept.roots).map((key) => [key, value]));
    writeFileSync(file, JSON.stringify({ ...kept, roots }));
    expect((await run()).skills).toHaveLength(1);
  }
});

test('programs that start at once leave a whole file', async () => {
  const { run, file } = await start();
  const others = await Promise.all(Array.from({ length: 8 }, async () => old(await tempProject({ files }))));
  await Promise.all(others.map(({ dir }) => run({ root: dir })));
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { roots: object };
  expect(Object.keys(kept.roots).length).toBeGreaterThan(0);
  for (const { dir } of others) expect((await run({ root: dir })).skills).toHaveLength(1);
});

test('what other folders had is kept, up to a number', async () => {
  const { run, file, read } = await start();
  const other = await old(await tempProject({ files }));
  await run();
  await run({ root: other.dir });
  await run();
  expect(read).toHaveBeenCalledTimes(2);
  expect(Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { roots: object }).roots)).toHaveLength(2);
});
