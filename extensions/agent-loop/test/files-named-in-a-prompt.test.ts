import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';

const files = { 'notes.txt': 'remember the milk', 'secret.txt': 'hidden', 'src/a.ts': 'let a = 1;' };

/** The texts of the last message that the model was sent. */
const texts = (request: { readonly messages: readonly { readonly content: unknown }[] } | undefined) =>
  JSON.stringify(request?.messages.at(-1)?.content ?? '');

test('come along with it, as Read shows them, and what may not be read is said', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools', 'permissions', 'trust'],
    files,
    config: { permissions: { deny: ['Read(./secret.txt)'] } },
    model: [say('ok'), say('ok')],
  });
  const run = await h.prompt('compare @notes.txt, @src/a.ts and @secret.txt with @param and me@notes.txt');
  const sent = texts(h.requests[0]);
  expect(sent).toContain('@notes.txt is the file');
  expect(sent).toContain('remember the milk');
  expect(sent).toContain('let a = 1;');
  expect(sent).toMatch(/@secret\.txt \(.*\) is not included:/);
  expect(sent).not.toContain('hidden');
  expect(sent).not.toContain('@param is');
  expect(sent.split('remember the milk')).toHaveLength(2);
  // what was typed stays as it was
  const users = run.events.filter((event) => event.type === 'user' && event.isMeta !== true);
  expect(JSON.stringify(users)).not.toContain('remember the milk');
  expect(users).toHaveLength(1);
  await h.prompt('mail notes.txt to me@notes.txt');
  expect(texts(h.requests[1])).not.toContain('remember the milk');
});

test('a file that came along counts as read', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools'],
    files,
    answers: { permission: 'allow' },
    model: [callTool('Edit', { file_path: 'notes.txt', old_string: 'milk', new_string: 'tea' }), say('ok')],
  });
  const run = await h.prompt('correct @notes.txt');
  expect(run.calls()[0]).toMatchObject({ isError: false });
});
