import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { callTool, createHarness, say, tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';

/** Points a link to something else. */
function relink(link: string, target: string): void {
  rmSync(link, { force: true });
  symlinkSync(target, link);
}

/** A program whose user allows everything, but somebody changes the link while they read the question. */
async function withLink(name: string, call: { readonly tool: string; readonly input: JsonObject }, swap = true) {
  const outside = await tempProject({ files: { 'fine.txt': 'fine\n', 'secret.txt': 'secret\n' } });
  const h = await createHarness({
    bundled: ['builtin-tools'],
    model: [callTool('Read', { file_path: name }), callTool(call.tool, call.input), say('done')],
    answers: {
      permission: ({ tool }) => {
        if (swap && tool === call.tool) relink(join(h.project.dir, name), join(outside.dir, 'secret.txt'));
        return { verdict: 'allow' };
      },
    },
    strict: false,
  });
  relink(join(h.project.dir, name), join(outside.dir, 'fine.txt'));
  const run = await h.prompt('go');
  return { call: run.calls(call.tool)[0]!, outside };
}

test.each([
  ['Edit', { file_path: 'link.txt', old_string: 'fine', new_string: 'changed' }],
  ['Write', { file_path: 'link.txt', content: 'changed\n' }],
])('%s changes what the user saw in the question, or nothing', async (tool, input) => {
  const { call, outside } = await withLink('link.txt', { tool, input });
  expect(call).toMatchObject({ verdict: 'allow', isError: true });
  expect(call.result).toContain(`leads to ${join(outside.dir, 'secret.txt')} now`);
  for (const name of ['fine', 'secret'])
    expect(readFileSync(join(outside.dir, `${name}.txt`), 'utf8')).toBe(`${name}\n`);

  const calm = await withLink('link.txt', { tool, input }, false);
  expect(calm.call).toMatchObject({ verdict: 'allow', isError: false });
  expect(readFileSync(join(calm.outside.dir, 'fine.txt'), 'utf8')).toBe('changed\n');
});

test('Read shows what the user saw in the question, or nothing', async () => {
  const { call } = await withLink('link.txt', { tool: 'Read', input: { file_path: 'link.txt' } });
  expect(call).toMatchObject({ verdict: 'allow', isError: true });
  expect(call.result).toContain('when the call was allowed; nothing was done');
});

test('a new file lands where the user was told', async () => {
  const outside = await tempProject({ files: { 'a/x': '', 'b/x': '' } });
  const h = await createHarness({
    bundled: ['builtin-tools'],
    model: [callTool('Write', { file_path: 'dir/new.txt', content: 'x' }), say('done')],
    answers: {
      permission: () => {
        relink(join(h.project.dir, 'dir'), join(outside.dir, 'b'));
        return { verdict: 'allow' };
      },
    },
  });
  relink(join(h.project.dir, 'dir'), join(outside.dir, 'a'));
  writeFileSync(join(outside.dir, 'b/y'), '');
  const run = await h.prompt('go');
  expect(run.calls()[0]).toMatchObject({ verdict: 'allow', isError: true });
  expect(run.calls()[0]?.result).toContain(`leads to ${join(outside.dir, 'b/new.txt')} now`);
  expect(await outside.read('b/new.txt')).toBeUndefined();
});
