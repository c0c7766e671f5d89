import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import extension from '../src/index.ts';

const files = {
  'src/a.ts': 'const a = 1;\n// TODO: name it\n',
  'src/b.py': '# FIXME later\n# todo not in capitals\n',
  'page.html': '<!-- HACK around it -->\n',
  'node_modules/x/a.js': '// TODO not ours\n',
  'picture.bin': '// TODO \0',
};

test('comments are listed with file and line, without a question to the user', async () => {
  const h = await createHarness({
    extensions: [extension],
    files,
    model: [callTool('TodoComments', {}), say('three')],
  });
  const run = await h.prompt('what is left to do?');
  expect(run.calls('TodoComments')).toMatchObject([
    {
      verdict: 'allow',
      result: 'page.html:1 HACK around it\nsrc/a.ts:2 TODO name it\nsrc/b.py:1 FIXME later',
    },
  ]);
});

test('it is offered without its code being loaded', async () => {
  const h = await createHarness({ extensions: [extension], model: [say('hello')] });
  const { requests } = await h.prompt('hi');
  expect(requests[0]?.tools.map(({ name }) => name)).toContain('TodoComments');
  expect(h.kernel.extensions.list().find(({ manifest }) => manifest.id === 'todo-comments')?.state).toBe('idle');
});

test('the list is bounded, and a rule of the user counts', async () => {
  const h = await createHarness({
    extensions: [extension],
    files,
    config: { permissions: { deny: ['Read(./src/**)'] } },
    model: [
      [
        callTool('TodoComments', { limit: 1 }),
        callTool('TodoComments', { path: 'src' }),
        callTool('TodoComments', { limit: 0 }),
      ],
      say('ok'),
    ],
  });
  const [first, denied, wrong] = (await h.prompt('list')).calls('TodoComments');
  expect(first?.result).toBe('page.html:1 HACK around it\nThere may be more: these are the first 1.');
  expect(denied).toMatchObject({ verdict: 'deny' });
  expect(wrong).toMatchObject({ isError: true, result: expect.stringContaining('limit') });
});
