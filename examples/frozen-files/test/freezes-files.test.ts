import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { frozenBy } from '../src/frozen.ts';
import extension from '../src/index.ts';

test.each([
  ['migrations/001.sql', 'migrations/*'],
  ['../migrations/old/001.sql', 'migrations/*'],
  ['/repo/src/deep/yarn.lock', '*.lock'],
  ['migrations.md', undefined],
  ['/elsewhere/yarn.lock', undefined],
])('%s', (path, pattern) => {
  const cwd = path.startsWith('..') ? '/repo/src' : '/repo';
  expect(frozenBy(path, cwd, '/repo', ['migrations/*', '*.lock'])).toBe(pattern);
});

test('a change of a frozen file is denied although everything is allowed, and the model reads why', async () => {
  const h = await createHarness({
    extensions: [extension],
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [
      [
        callTool('Write', { file_path: 'migrations/001.sql', content: 'drop' }),
        callTool('Write', { file_path: 'migrations-new.sql', content: 'add' }),
      ],
      say('done'),
    ],
  });
  const run = await h.prompt('change the migration');
  expect(run.calls('Write').map(({ verdict }) => verdict)).toEqual(['deny', 'allow']);
  expect(run.requests[1]).toContainToolResult(/is frozen \(migrations\/\*\)/);
  expect(await h.project.read('migrations/001.sql')).toBeUndefined();
});
