import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { callTool, createHarness, say, tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { toolBench } from './tool-bench.ts';

/** Points a link to something else. */
function relink(link: string, target: string): void {
  rmSync(link, { force: true });
  symlinkSync(target, link);
}

/** What the model is told when the rules look again after the answer. */
const changed = (target: string) => new RegExp(`something has changed while the question was open.* Now: .*${target}`);

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
  expect(call).toMatchObject({ verdict: 'deny', isError: true });
  expect(call.result).toMatch(changed(join(outside.dir, 'secret.txt')));
  for (const name of ['fine', 'secret'])
    expect(readFileSync(join(outside.dir, `${name}.txt`), 'utf8')).toBe(`${name}\n`);

  const calm = await withLink('link.txt', { tool, input }, false);
  expect(calm.call).toMatchObject({ verdict: 'allow', isError: false });
  expect(readFileSync(join(calm.outside.dir, 'fine.txt'), 'utf8')).toBe('changed\n');
});

test('Read shows what the user saw in the question, or nothing', async () => {
  const { call, outside } = await withLink('link.txt', { tool: 'Read', input: { file_path: 'link.txt' } });
  expect(call).toMatchObject({ verdict: 'deny', isError: true });
  expect(call.result).toMatch(changed(join(outside.dir, 'secret.txt')));
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
  expect(run.calls()[0]).toMatchObject({ verdict: 'deny', isError: true });
  expect(run.calls()[0]?.result).toMatch(changed(join(outside.dir, 'b/new.txt')));
  expect(await outside.read('b/new.txt')).toBeUndefined();
});

test.each([
  ['Grep', { pattern: 'secret', path: 'link', output_mode: 'content' }],
  ['Glob', { pattern: '*', path: 'link' }],
  ['Glob', { pattern: 'link/*' }],
])('%s searches the folder that the user saw in the question, or nothing', async (tool, input) => {
  for (const rg of [undefined, '/none']) {
    for (const swap of [true, false]) {
      const outside = await tempProject({
        files: { 'fine/secret-fine': 'secret fine', 'bad/secret-bad': 'secret bad' },
      });
      const h = await createHarness({
        bundled: ['builtin-tools'],
        env: { PATH: process.env.PATH, RG: rg },
        model: [callTool(tool, input), say('done')],
        answers: {
          permission: () => {
            if (swap) relink(join(h.project.dir, 'link'), join(outside.dir, 'bad'));
            return { verdict: 'allow' };
          },
        },
        expectDiagnostics: rg === undefined || swap ? [] : [/no program/],
      });
      relink(join(h.project.dir, 'link'), join(outside.dir, 'fine'));
      const [call] = (await h.prompt('go')).calls();
      expect(call).toMatchObject({ verdict: swap ? 'deny' : 'allow', isError: swap });
      expect(call?.result).toMatch(swap ? changed(join(outside.dir, 'bad')) : /link\/secret-fine/);
      expect(call?.result).not.toContain('secret-bad');
    }
  }
});

test.each(['Read', 'Edit', 'Write'])('%s takes link/.. as text, as the permission rules do', async (tool) => {
  const outside = await tempProject({ files: { 'a.txt': 'outside\n', 'dir/x': '' } });
  const input = {
    Read: {},
    Edit: { old_string: 'inside', new_string: 'changed' },
    Write: { content: 'changed\n' },
  }[tool];
  const file_path = 'link/../a.txt';
  const h = await createHarness({
    bundled: ['builtin-tools'],
    files: { 'a.txt': 'inside\n' },
    config: { permissions: { defaultMode: 'acceptEdits' } },
    model: [callTool('Read', { file_path }), callTool(tool, { file_path, ...input }), say('done')],
  });
  relink(join(h.project.dir, 'link'), join(outside.dir, 'dir'));
  const run = await h.prompt('go');
  expect(run.calls().map(({ verdict, isError }) => [verdict, isError])).toEqual([
    ['allow', false],
    ['allow', false],
  ]);
  expect(run.calls('Read')[0]?.result).toContain('inside');
  expect(await outside.read('a.txt')).toBe('outside\n');
  if (tool !== 'Read') expect(await h.project.read('a.txt')).toBe('changed\n');
});

test.each([
  ['Read', { file_path: 'link/a.txt' }],
  ['Edit', { file_path: 'link/a.txt', old_string: 'bad', new_string: 'changed' }],
  ['Write', { file_path: 'link/a.txt', content: 'changed' }],
  ['Grep', { pattern: '.', path: 'link', output_mode: 'content' }],
  ['Glob', { pattern: '*', path: 'link' }],
])('%s looks itself whether it reaches what the call was allowed for', async (tool, input) => {
  const bench = await toolBench({ files: { 'fine/a.txt': 'fine', 'bad/a.txt': 'bad' } });
  const link = join(bench.dir, 'link');
  const name = 'file_path' in input ? '/a.txt' : '';
  const approved = [{ path: link + name, resolved: join(bench.dir, 'fine') + name }];
  relink(link, 'bad');
  if (tool === 'Edit') await bench.call('Read', { file_path: 'bad/a.txt' });
  await expect(bench.call(tool, input, { approved })).rejects.toThrow(
    `leads to ${join(bench.dir, 'bad')}${name} now, but it led to ${join(bench.dir, 'fine')}${name} when the call was allowed; nothing was done`,
  );
  expect(readFileSync(join(bench.dir, 'bad/a.txt'), 'utf8')).toBe('bad');
});
