import { stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { fileData } from '../../kernel/process/plugin-data.ts';
import { extension, startKernel } from './start-kernel.ts';

test('values of an extension survive the program, and are its own', async () => {
  const { dir } = await tempProject();
  await fileData(dir)('@acme/one').set('seen', { count: 1 });
  const later = fileData(dir);
  expect(await later('@acme/one').get('seen')).toEqual({ count: 1 });
  expect(await later('@acme/two').get('seen')).toBeUndefined();
  await later('@acme/one').set('seen', undefined);
  expect(await later('@acme/one').get('seen')).toBeUndefined();
});

test('values that are set at the same time are all kept', async () => {
  const { dir } = await tempProject();
  const data = fileData(dir)('one');
  await Promise.all(Array.from({ length: 20 }, (_, i) => data.set(`key${i}`, i)));
  expect(await Promise.all(Array.from({ length: 20 }, (_, i) => data.get(`key${i}`)))).toEqual(
    Array.from({ length: 20 }, (_, i) => i),
  );
});

test('nobody else may read them', async () => {
  const { dir } = await tempProject();
  const data = fileData(dir)('one');
  await data.set('token', 'x');
  const folder = await data.folder();
  expect((await stat(join(folder, 'values.json'))).mode & 0o077).toBe(0);
  expect((await stat(folder)).mode & 0o077).toBe(0);
});

test('the id of an extension cannot lead out of the folder', async () => {
  const { dir } = await tempProject();
  // what a manifest may have as its id; others are refused before
  for (const id of ['a/../../evil', '@acme/../deploy', 'a/..']) {
    const folder = await fileData(join(dir, 'data'))(id).folder();
    expect(resolve(folder, '..')).toBe(join(dir, 'data'));
  }
});

test('a damaged file is an error that names it, and is left as it is', async () => {
  const { dir } = await tempProject();
  const data = fileData(dir)('one');
  const file = join(await data.folder(), 'values.json');
  await writeFile(file, '{ broken');
  await expect(data.get('x')).rejects.toThrow(file);
  await expect(data.set('x', 1)).rejects.toThrow(file);
});

test('without a folder, values live as long as the kernel', async () => {
  const seen: unknown[] = [];
  const keeps = extension('keeps', { activate: ['startup'] }, async (api) => {
    await api.data.set('n', 1);
    seen.push(await api.data.get('n'));
    await api.data.folder().catch((error: Error) => seen.push(error.message));
  });
  const { kernel } = startKernel([keeps]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(seen).toEqual([1, expect.stringMatching(/keeps has no folder/)]);
});
