import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../../plugin-api/lib/make-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenon-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

test('all that are missing, with the mode; those that are there stay', () => {
  const path = join(folder, 'a/b/c');
  makeFolder(path, 0o700);
  makeFolder(path, 0o755);
  makeFolder(folder);
  for (const one of [path, join(folder, 'a/b'), join(folder, 'a')]) expect(statSync(one).mode & 0o777).toBe(0o700);
});

test('a file in the way is an error', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolder(join(folder, 'file'))).toThrow(/EEXIST/);
  expect(() => makeFolder(join(folder, 'file/below/it'))).toThrow(/ENOTDIR/);
});

test('a file system that takes no new names is an error and not a wait without end', () => {
  if (!existsSync('/proc/self')) return;
  expect(() => makeFolder('/proc/tenon/below/it')).toThrow(/ENOENT/);
});
