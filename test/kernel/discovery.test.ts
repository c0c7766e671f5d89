import type { Entry } from 'tenon/plugin-api';
import { entryOf } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { call, extension, startKernel } from './start-kernel.ts';

const finder = (id: string, entries: readonly Entry[]) =>
  extension(id, { taps: ['ExtensionDiscovery'] }, (api) => {
    api.hooks.ExtensionDiscovery.tap(() => ({ entries }));
  });
const denies = extension('found', { taps: ['PreToolUse'] }, (api) => {
  api.hooks.PreToolUse.tap(() => ({ verdict: 'deny', reason: 'found' }));
});

test('what a discovery tap finds takes part like everything else', async () => {
  const { kernel, state } = startKernel([finder('finder', [entryOf(denies, { kind: 'user' })])]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(state('found')).toBe('idle');
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('deny');
});

test('several finders add to one list, and the second of one id is ignored and said', async () => {
  const other = extension('other', { fires: ['Stop'], activate: ['idle'] });
  const { kernel, codes, state } = startKernel([
    finder('one', [entryOf(denies, { kind: 'user' })]),
    finder('two', [entryOf(other, { kind: 'user' }), entryOf(denies, { kind: 'user', path: '/again' })]),
  ]);
  await kernel.start({ mode: 'test', argv: [] });
  expect([state('found'), state('other')]).toEqual(['idle', 'idle']);
  expect(codes()).toEqual(['DUPLICATE_ID found']);
});

test('what is found may replace a bundled extension that has not run yet', async () => {
  const started: string[] = [];
  const provides = (id: string, more: object = {}) =>
    extension(id, { provides: ['rules@1'], ...more }, (api) => {
      started.push(id);
      api.provide({ id: 'rules@1' }, {});
    });
  const needs = extension('needs', { requires: ['rules@1'], activate: ['startup'] });
  const mine = entryOf(provides('mine', { replaces: ['extension:rules'] }), { kind: 'user' });
  const { kernel, codes, state } = startKernel([provides('rules'), needs, finder('finder', [mine])]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(started).toEqual(['mine']);
  expect([state('rules'), state('mine'), state('needs')]).toEqual(['released', 'active', 'active']);
  expect(codes()).toEqual([]);
});

test('one that runs already is not replaced under its users, and it is said', async () => {
  const runs = extension('runs', { taps: ['ExtensionDiscovery'] }, (api) => {
    const mine = extension('mine', { replaces: ['extension:runs'] });
    api.hooks.ExtensionDiscovery.tap(() => ({ entries: [entryOf(mine, { kind: 'user' })] }));
  });
  const { kernel, codes, messages, state } = startKernel([runs]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(state('runs')).toBe('active');
  expect(codes()).toEqual(['DUPLICATE_ID mine']);
  expect(messages('DUPLICATE_ID')[0]).toMatch(/next start/);
});

test('a finder is told where to look', async () => {
  let dirs: readonly string[] = [];
  const looks = extension('looks', { taps: ['ExtensionDiscovery'] }, (api) => {
    api.hooks.ExtensionDiscovery.tap((value) => {
      dirs = value.dirs;
    });
  });
  const { kernel } = startKernel([looks], { discoveryDirs: ['/home/me/.claude/tenon/extensions'] });
  await kernel.start({ mode: 'test', argv: [] });
  expect(dirs).toEqual(['/home/me/.claude/tenon/extensions']);
});

test.each([{ entries: null }, { entries: [null] }, { entries: [{}] }, { entries: 'x' }])(
  'a finder that gives nonsense is named, and the program starts: %j',
  async (patch) => {
    const broken = extension('broken', { taps: ['ExtensionDiscovery'] }, (api) => {
      api.hooks.ExtensionDiscovery.tap(() => patch as never);
    });
    const fine = extension('fine', { activate: ['startup'] });
    const { kernel, codes, state } = startKernel([broken, fine]);
    await kernel.start({ mode: 'test', argv: [] });
    expect(state('fine')).toBe('active');
    expect(codes()).toHaveLength(1);
  },
);
