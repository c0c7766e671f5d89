import { tempProject, testHost } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { isPresent } from '../../kernel/process/present.ts';
import { call, extension, startKernel } from './start-kernel.ts';

const reader = () =>
  extension('reader', { taps: ['PreToolUse'], dormantWithout: ['skills', 'agents'] }, (api) => {
    api.hooks.PreToolUse.tap(() => ({ verdict: 'deny', reason: 'read' }));
  });

test('an extension that lives on empty points is not started by its taps', async () => {
  const { kernel, state } = startKernel([reader()]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
  expect(state('reader')).toBe('idle');
});

test('one declared name wakes it', async () => {
  const { kernel, state } = startKernel([reader(), extension('giver', { contributes: { agents: ['a'] } })]);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('deny');
  expect(state('reader')).toBe('active');
});

test('an extension that is added later wakes it, and what it declares itself does not', async () => {
  const own = extension('own', { taps: ['PreToolUse'], dormantWithout: ['skills'], contributes: { skills: ['s'] } });
  const { kernel, state } = startKernel([reader(), own]);
  await kernel.fire('PreToolUse', call());
  expect([state('reader'), state('own')]).toEqual(['active', 'idle']);
  await kernel.extensions.add([
    {
      manifest: { id: 'later', version: '1', api: 1, contributes: { skills: ['late'] } },
      origin: { kind: 'user' },
      load: () => Promise.reject(new Error('not needed')),
    },
  ]);
  await kernel.fire('PreToolUse', call());
  expect(state('own')).toBe('active');
});

test.each([
  [true, 'deny'],
  [false, 'none'],
])('what is outside of the program is asked of whoever runs the kernel: %s', async (there, verdict) => {
  const asked: string[] = [];
  const present = (what: string) => {
    asked.push(what);
    return there;
  };
  const own = extension('own', { taps: ['PreToolUse'], dormantWithout: ['skills', 'user:x/y'] }, (api) => {
    api.hooks.PreToolUse.tap(() => ({ verdict: 'deny', reason: 'read' }));
  });
  const { kernel } = startKernel([own], { present });
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe(verdict);
  expect(asked).toEqual(['user:x/y']);
});

test.each([
  ['flag:--plugin', true],
  ['flag:--plug', false],
  ['user:tenon/extensions', true],
  ['project:tenon/extensions', false],
])('%s: %s', async (what, there) => {
  const home = await tempProject({ files: { '.claude/tenon/extensions/a/tenon.json': '{}' } });
  const { dir: cwd } = await tempProject();
  expect(isPresent(what, testHost({ home: home.dir, cwd, argv: ['-p', '--plugin=./a'] }))).toBe(there);
});
