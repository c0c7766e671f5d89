import { callTool, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { ruleOf } from '../rule.ts';
import { remembering, textOf } from './remembering.ts';

test.each([
  ['---\npaths:\n  - "src/**/*.ts"\n  - lib/*.{js,ts} # both\n---\nbody', ['src/**/*.ts', 'lib/*.{js,ts}'], 'body'],
  ['---\ndescription: x\npaths: ["a/**", \'b\']\n---\nbody', ['a/**', 'b'], 'body'],
  ['---\npaths: src/*.{ts,tsx}, test/**\n---\nbody', ['src/*.{ts,tsx}', 'test/**'], 'body'],
  ['---\npaths: **\n---\nbody', undefined, 'body'],
  ['---\n---\nbody', undefined, 'body'],
  ['---\nno end', undefined, '---\nno end'],
  ['body', undefined, 'body'],
])('the head of a rule: %j', (markdown, globs, text) => {
  expect(ruleOf(markdown)).toEqual({ text, ...(globs && { globs }) });
});

const tools = { permissions: 'allow-all', bundled: ['trust', 'builtin-tools'] } as const;
const files = {
  'CLAUDE.md': 'top',
  'src/CLAUDE.md': 'of src',
  'src/deep/AGENTS.md': 'of deep @note.md',
  'src/deep/note.md': 'a note',
  'src/deep/a.ts': 'export {}',
  'src/deep/b.ts': 'export {}',
  'other/CLAUDE.md': 'of other',
  '.claude/rules/ts.md': '---\npaths: "src/**/*.ts"\n---\nabout types',
  'src/node_modules/pkg/CLAUDE.md': 'of a package',
  'src/node_modules/pkg/index.js': '1',
};

test('folders and rules of a file come along with the call that reads it, once', async () => {
  const { h, heard } = await remembering({
    ...tools,
    files,
    model: [callTool('Read', { file_path: '{{dir}}/src/deep/a.ts' }), say('done')].slice(0, 0),
  });
  const session = await h.session();
  const read = (path: string) =>
    h.fire('PostToolUse', {
      session,
      id: 'x',
      tool: 'Read',
      input: { file_path: path },
      output: { content: 'x' },
      context: [],
      durationMs: 1,
    });
  const [first, twin] = await Promise.all([
    read(h.project.path('src/deep/a.ts')),
    read(h.project.path('src/deep/b.ts')),
  ]);
  const text = first.context.map((one) => one.text).join('\n');
  expect(text).toMatch(/of src[\s\S]*of deep[\s\S]*a note[\s\S]*about types/);
  expect(text).toMatch(/came with the files of the project/);
  expect(text).not.toMatch(/of other|\ntop/);
  expect(twin.context).toEqual([]);
  expect((await read('src/node_modules/pkg/index.js')).context).toEqual([]);
  expect((await read('/etc/hostname')).context).toEqual([]);
  expect(
    heard
      .slice(1)
      .map(({ path, reason, trigger, globs }) => [path.split('/').at(-1), reason, trigger?.split('/').at(-1), globs]),
  ).toEqual([
    ['CLAUDE.md', 'nested_traversal', 'a.ts', undefined],
    ['AGENTS.md', 'nested_traversal', 'a.ts', undefined],
    ['note.md', 'include', 'a.ts', undefined],
    ['ts.md', 'path_glob_match', 'a.ts', ['src/**/*.ts']],
  ]);
});

test('the model gets them with the result of its call, and earlier messages stay as they were', async () => {
  const { h } = await remembering({
    ...tools,
    files,
    model: [callTool('Read', { file_path: 'src/deep/a.ts' }), say('done')],
  });
  await h.prompt('read it');
  expect(textOf(h.requests[0])).not.toContain('about types');
  expect(textOf(h.requests[1])).toContain('about types');
  expect(textOf(h.requests[1]).startsWith(textOf(h.requests[0]))).toBe(true);
});

test('a subagent starts with the same texts and touches files of its own', async () => {
  const { h } = await remembering({ ...tools, files });
  const session = await h.session();
  const { fakeSession } = await import('tenon/test-kit');
  const child = fakeSession({
    cwd: session.cwd,
    root: session.root,
    parent: session,
    agent: { id: 'a', type: 'explore' },
  });
  const started = await h.fire('SubagentStart', { session: child, agent: 'explore', prompt: 'x', context: [] });
  expect(started.context.map(({ text }) => text).join()).toContain('top');
  for (const one of [session, child]) {
    const used = await h.fire('PostToolUse', {
      session: one,
      id: 'x',
      tool: 'Edit',
      input: { file_path: h.project.path('other/x') },
      output: { content: 'x' },
      context: [],
      durationMs: 1,
    });
    expect(used.context.map(({ text }) => text).join()).toContain('of other');
  }
});
