import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';

test('a file below a file system that takes no new names is an error, and not a wait without end', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [callTool('Write', { file_path: '/proc/tenon/new/file.txt', content: 'x' }), say('no')],
  });
  const run = await h.prompt('write');
  expect(run.calls('Write')).toMatchObject([{ isError: true, result: expect.stringContaining('/proc/tenon') }]);
});
