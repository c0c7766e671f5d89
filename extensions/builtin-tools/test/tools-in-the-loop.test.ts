import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';

test('a model reads, changes, searches and runs, in a real loop', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    files: { 'src/sum.js': 'console.log(1 - 2)\n' },
    model: [
      callTool('Grep', { pattern: 'console' }),
      callTool('Bash', { command: 'cd src' }),
      callTool('Read', { file_path: 'sum.js' }),
      callTool('Edit', { file_path: 'sum.js', old_string: '1 - 2', new_string: '1 + 2' }),
      callTool('Bash', { command: 'node sum.js; pwd' }),
      callTool('Edit', { file_path: 'sum.js', old_string: 'gone', new_string: 'x' }),
      say('done'),
    ],
  });
  const run = await h.prompt('fix the sum');
  expect(run.requests[1]).toContainToolResult(/src\/sum\.js/);
  expect(run.requests[3]).toContainToolResult(/1\tconsole\.log\(1 - 2\)/);
  expect(run.requests[5]).toContainToolResult(new RegExp(`3\n${h.project.dir}/src`));
  expect(run.requests[6]).toContainToolResult(/old_string was not found/);
  expect(await h.project.read('src/sum.js')).toBe('console.log(1 + 2)\n');
});

test('rules on paths hold for every tool', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools'],
    config: { permissions: { deny: ['Read(./secret/**)'], allow: ['Edit', 'Write'] } },
    files: { 'secret/key.txt': 'password', 'open.txt': 'password' },
    model: [
      callTool('Read', { file_path: 'secret/key.txt' }),
      callTool('Grep', { pattern: 'password', output_mode: 'content' }),
      callTool('Glob', { pattern: '**/*.txt' }),
      say('done'),
    ],
  });
  const run = await h.prompt('find the password');
  expect(run.calls('Read')).toMatchObject([{ verdict: 'deny' }]);
  expect(run.requests[2]).toContainToolResult(/open\.txt:1:password/);
  expect(run.requests[2]).not.toContainToolResult(/key\.txt:/);
  expect(run.requests[3]).toContainToolResult(/open\.txt/);
  expect(run.requests[3]).not.toContainToolResult(/secret\/key\.txt$/m);
});
