import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { manifest } from '../manifest.ts';
import { schemas } from '../schemas.gen.ts';
import { toolBench } from './tool-bench.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

test('the generated schemas are those of the zod schemas', async () => {
  await expect(
    promisify(execFile)(process.execPath, ['scripts/generate-schemas.mjs', '--check'], { cwd: root }),
  ).resolves.toBeDefined();
});

test('every tool that the manifest declares is there, and the model is told little', async () => {
  const { tool } = await toolBench();
  const older = await toolBench({ env: { CLAUDE_CODE_ENABLE_TASKS: '0' } });
  const declared = manifest.contributes.tools.map((one) => (typeof one === 'string' ? { name: one } : one));
  expect(declared.map(({ name }) => name).sort()).toEqual(Object.keys(schemas).sort());
  const bytes = { now: 0, deferred: 0 };
  for (const one of declared) {
    const { name } = one;
    const { description, inputSchema } = await (name === 'TodoWrite' ? older : { tool }).tool(name);
    expect(inputSchema).toBe(schemas[name]);
    const offer = JSON.stringify({ name, description, input_schema: inputSchema });
    bytes['deferred' in one ? 'deferred' : 'now'] += offer.length;
    expect(description.length).toBeLessThan(900);
  }
  expect(bytes.now).toBeLessThan(7_500);
  expect(bytes.deferred).toBeLessThan(5_000);
});

test('calls say what they touch', async () => {
  const { tool, home } = await toolBench();
  const access = async (name: string, input: object) => (await tool(name)).access!(input as never);
  const readOnly = async (name: string) => (await tool(name)).readOnly!({} as never);
  expect(await access('Read', { file_path: '~/a' })).toEqual({ paths: [{ path: `${home}/a`, access: 'read' }] });
  expect(await access('Edit', { file_path: 'a' })).toEqual({ paths: [{ path: 'a', access: 'write' }] });
  expect(await access('Write', { file_path: '/a' })).toEqual({ paths: [{ path: '/a', access: 'write' }] });
  expect(await access('Bash', { command: 'ls' })).toEqual({ command: 'ls' });
  expect(await access('Monitor', { command: 'ls' })).toEqual({ command: 'ls' });
  expect(await access('NotebookEdit', { notebook_path: '~/a.ipynb' })).toEqual({
    paths: [{ path: `${home}/a.ipynb`, access: 'write' }],
  });
  expect(await access('Grep', { pattern: 'x' })).toEqual({ paths: [{ path: '.', access: 'read' }] });
  expect(await access('Glob', { pattern: '*.ts' })).toEqual({ paths: [{ path: '.', access: 'read' }] });
  expect(await access('Glob', { pattern: '../other/*.ts', path: 'src' })).toEqual({
    paths: [{ path: 'src/../other', access: 'read' }],
  });
  expect(await access('Glob', { pattern: '/etc/**' })).toEqual({ paths: [{ path: '/etc', access: 'read' }] });
  expect(await Promise.all(['Read', 'Write', 'Edit', 'Bash', 'Glob', 'Grep'].map(readOnly))).toEqual([
    true,
    false,
    false,
    false,
    true,
    true,
  ]);
});
