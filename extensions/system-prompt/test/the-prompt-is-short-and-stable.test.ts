import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionRef } from 'tenon/plugin-api';
import { expect, onTestFinished, test, vi } from 'vitest';
import { promptBuilder } from '../prompt-builder.ts';

function session(cwd = '/'): SessionRef {
  const memory = new Map<string, unknown>();
  return {
    id: '11111111-1111-4111-8111-111111111111',
    cwd,
    root: cwd,
    permissionMode: 'default',
    signal: new AbortController().signal,
    state<T>(key: string, make: () => T): T {
      if (!memory.has(key)) memory.set(key, make());
      return memory.get(key) as T;
    },
  };
}
const given = { model: 'model-1' };

test('it names the product and stays below 3 KB', async () => {
  const blocks = await promptBuilder({ name: 'Acme' }).build(session(), given);
  expect(blocks).toHaveLength(1);
  expect(blocks[0]).toMatch(/^You are Acme, a coding agent/);
  expect(Buffer.byteLength(blocks.join(''))).toBeLessThan(3072);
});

test('the same session gives the same bytes, and so does another one', async () => {
  const builder = promptBuilder({ name: 'Acme' });
  expect(await builder.build(session('/a'), given)).toEqual(await builder.build(session('/b'), given));
});

test('a caller can replace it and add to it', async () => {
  const builder = promptBuilder({ name: 'Acme' });
  expect(await builder.build(session(), { ...given, replace: 'Be a poet.' })).toEqual(['Be a poet.']);
  expect(await builder.build(session(), { ...given, replace: 'A', append: 'B' })).toEqual(['A', 'B']);
  expect(await builder.build(session(), { ...given, replace: '' })).toEqual([]);
  const appended = await builder.build(session(), { ...given, append: 'Use tabs.' });
  expect(appended).toHaveLength(2);
  expect(appended[1]).toBe('Use tabs.');
});

test('the environment says where the session is', async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tenon-prompt-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  const [text] = await promptBuilder({ name: 'Acme' }).context(session(join(root, 'src')));
  expect(text).toContain(`working directory: ${join(root, 'src')}\n`);
  expect(text).toContain(`on branch main, repository at ${root}\n`);
  expect(text).toContain(process.platform);
});

test('the context of a session does not change when the day and the branch do', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 0, 2, 23, 59) });
  onTestFinished(() => void vi.useRealTimers());
  const builder = promptBuilder({ name: 'Acme' });
  const one = session();
  const first = await builder.context(one);
  expect(first[0]).toContain('date: 2026-01-02');
  vi.setSystemTime(new Date(2026, 0, 3, 0, 1));
  expect(await builder.context(one)).toEqual(first);
  expect((await builder.context(session()))[0]).toContain('date: 2026-01-03');
});

test('a distribution says what models are told', async () => {
  const builder = promptBuilder({ name: 'Acme', systemPrompt: 'You sell anvils.' });
  expect(await builder.build(session(), given)).toEqual(['You sell anvils.']);
  expect(await builder.build(session(), { ...given, replace: 'Other.' })).toEqual(['Other.']);
});
