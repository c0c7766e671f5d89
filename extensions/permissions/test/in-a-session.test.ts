import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';

test('a session asks for what no rule covers, and runs what a rule or the mode allows', async () => {
  const harness = await createHarness({
    bundled: ['builtin-tools'],
    files: { 'a.txt': 'text of a', '.env': 'KEY=1' },
    config: { permissions: { allow: ['Bash(touch made)'], deny: ['Read(.env)'] } },
    model: [
      callTool('Read', { file_path: 'a.txt' }),
      callTool('Bash', { command: 'touch made && ls' }),
      callTool('Bash', { command: 'cat .env' }),
      callTool('Bash', { command: 'touch other' }),
      say('done'),
    ],
    answers: { permission: 'deny' },
  });
  const run = await harness.prompt('go');
  expect(run.calls('Read').map((call) => call.verdict)).toEqual(['allow']);
  expect(run.calls('Bash').map((call) => call.verdict)).toEqual(['allow', 'deny', 'deny']);
});
