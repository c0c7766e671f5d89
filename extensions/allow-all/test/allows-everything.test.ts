import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';

test('every call runs, and nobody is asked', async () => {
  const harness = await createHarness({
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [callTool('Bash', { command: 'echo x > made; cat made' }), say('done')],
  });
  const run = await harness.prompt('go');
  expect(run.calls('Bash')).toEqual([expect.objectContaining({ verdict: 'allow' })]);
});
