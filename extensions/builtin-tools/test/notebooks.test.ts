import { expect, test } from 'vitest';
import type { ReadOutput } from '../run-read.ts';
import { toolBench } from './tool-bench.ts';

/** As Jupyter writes them: one blank of indentation, lists of lines, a line end at the end. */
const notebook = (cells: readonly object[], minor = 5) =>
  `${JSON.stringify({ cells, metadata: { language_info: { name: 'python' }, n: 0 }, nbformat: 4, nbformat_minor: minor }, null, 1).replace('"n": 0', '"n": 1.0')}\n`;
const code = (id: string, source: readonly string[], outputs: readonly object[] = []) => ({
  cell_type: 'code',
  execution_count: outputs.length > 0 ? 3 : null,
  id,
  metadata: { tags: ['é'] },
  outputs,
  source,
});
const text = (id: string, source: readonly string[]) => ({ cell_type: 'markdown', id, metadata: {}, source });
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==';

const sample = notebook([
  text('intro', ['# Title\n', 'Words']),
  code(
    'plot',
    ['print(1)\n', 'plot()'],
    [
      { output_type: 'stream', name: 'stdout', text: ['1\n', '2\n'] },
      { output_type: 'display_data', data: { 'image/png': `${pixel}\n`, 'text/plain': ['<Figure>'] }, metadata: {} },
      { output_type: 'error', ename: 'E', evalue: 'bad', traceback: ['\u001b[31mE\u001b[0m: bad'] },
    ],
  ),
  code('last', ['x']),
]);

test('a notebook is shown as cells with their ids and outputs, images among them', async () => {
  const { call } = await toolBench({ files: { 'a.ipynb': sample } });
  const { content, output } = await call<ReadOutput>('Read', { file_path: 'a.ipynb' });
  expect(content).toEqual([
    {
      type: 'text',
      text: '[cell intro: markdown]\n# Title\nWords\n\n[cell plot: code, run 3]\nprint(1)\nplot()\n[output of plot]\n1\n2\n<Figure>\nE: bad',
    },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
    { type: 'text', text: '[cell last: code]\nx' },
  ]);
  expect(output).toMatchObject({
    type: 'notebook',
    file: {
      cells: [
        { cell_id: 'intro', cellType: 'markdown', source: '# Title\nWords' },
        { cell_id: 'plot', execution_count: 3, language: 'python', outputs: [{ text: '1\n2\n' }, { image: {} }, {}] },
        { cell_id: 'last' },
      ],
    },
  });
});

test('long outputs are cut, long notebooks are read in parts, and what is no notebook is text', async () => {
  const cells = [
    code('big', ['x'], [{ output_type: 'stream', text: 'y'.repeat(50_000) }]),
    ...Array.from({ length: 60 }, (_, at) => code(`c${at}`, ['z'.repeat(2_000)])),
  ];
  const { call } = await toolBench({
    files: { 'a.ipynb': notebook(cells), 'b.ipynb': '{ "cells": 3 }', 'c.ipynb': 'oh' },
  });
  const first = await call('Read', { file_path: 'a.ipynb' });
  expect(first.text).toMatch(/40000 characters left out/);
  const next = /PARTIAL: cells 1-(\d+) of 61/.exec(first.text)!;
  expect(first.text.length).toBeLessThan(102_000);
  const second = await call('Read', { file_path: 'a.ipynb', offset: Number(next[1]) + 1, limit: 2 });
  expect(second.text).toMatch(new RegExp(`^\\[cell c${Number(next[1]) - 1}: `));
  expect((await call('Read', { file_path: 'a.ipynb', offset: 99 })).text).toMatch(/61 cells; there is no cell 99/);
  expect((await call('Read', { file_path: 'b.ipynb' })).text).toContain('"cells": 3');
  expect((await call('Read', { file_path: 'c.ipynb' })).text).toContain('oh');
});

test('a cell is replaced; only it changes in the file', async () => {
  const { call, project } = await toolBench({ files: { 'a.ipynb': sample } });
  await expect(call('NotebookEdit', { notebook_path: 'a.ipynb', cell_id: 'plot', new_source: '' })).rejects.toThrow(
    /has not been read/,
  );
  await call('Read', { file_path: 'a.ipynb' });
  const { text: said } = await call('NotebookEdit', {
    notebook_path: 'a.ipynb',
    cell_id: 'plot',
    new_source: 'a = "ü"\nb = 2\n',
  });
  expect(said).toMatch(/Replaced the code cell plot/);
  const before = sample.split('\n');
  const after = (await project.read('a.ipynb'))!.split('\n');
  const start = before.findIndex((line) => line.includes('"id": "plot"'));
  // its outputs belong to the old text
  expect(after.slice(0, start - 1)).toEqual(before.slice(0, start - 1));
  expect(after.slice(start - 1, start + 12)).toEqual([
    '   "execution_count": null,',
    '   "id": "plot",',
    '   "metadata": {',
    '    "tags": [',
    '     "é"',
    '    ]',
    '   },',
    '   "outputs": [],',
    '   "source": [',
    '    "a = \\"ü\\"\\n",',
    '    "b = 2\\n"',
    '   ]',
    '  },',
  ]);
  const last = before.findIndex((line) => line.includes('"id": "last"'));
  expect(after.slice(start + 12)).toEqual(before.slice(last - 3));
  // it counts as read now
  await call('NotebookEdit', { notebook_path: 'a.ipynb', cell_id: 'last', new_source: 'y', cell_type: 'markdown' });
  const value = JSON.parse((await project.read('a.ipynb'))!);
  expect(value.cells[2]).toEqual({ cell_type: 'markdown', id: 'last', metadata: { tags: ['é'] }, source: ['y'] });
});

test('cells are inserted and deleted anywhere, and undoing it gives the same bytes', async () => {
  const { call, project } = await toolBench({ files: { 'a.ipynb': sample } });
  await call('Read', { file_path: 'a.ipynb' });
  const edit = (input: object) =>
    call<{ cell_id: string }>('NotebookEdit', { notebook_path: 'a.ipynb', new_source: 'new\n', ...input });
  const ids = async () => JSON.parse((await project.read('a.ipynb'))!).cells.map(({ id }: { id: string }) => id);
  for (const after of [undefined, 'intro', 'last']) {
    const input = { cell_type: 'code', edit_mode: 'insert', ...(after === undefined ? {} : { cell_id: after }) };
    const { output } = await edit(input);
    const place = after === undefined ? 0 : after === 'intro' ? 1 : 3;
    expect((await ids())[place]).toBe(output.cell_id);
    expect(output.cell_id).toMatch(/^[0-9a-f]{8}$/);
    await edit({ edit_mode: 'delete', cell_id: output.cell_id });
    expect(await project.read('a.ipynb')).toBe(sample);
  }
  for (const id of ['plot', 'intro', 'last']) await edit({ edit_mode: 'delete', cell_id: id });
  expect(await ids()).toEqual([]);
  await edit({ edit_mode: 'insert', cell_type: 'markdown' });
  expect(await ids()).toHaveLength(1);
  await expect(edit({ edit_mode: 'insert' })).rejects.toThrow(/cell_type is missing/);
  await expect(edit({})).rejects.toThrow(/cell_id is missing/);
  await expect(edit({ cell_id: 'gone' })).rejects.toThrow(/no cell "gone"; there are/);
});

test('other ways of writing stay: tabs, CRLF, no line end, one line, sources as one text, no ids', async () => {
  const cells = [{ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: 'a\nb' }];
  const value = { nbformat: 4, nbformat_minor: 4, metadata: {}, cells };
  const tabs = JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n');
  const { call, project } = await toolBench({ files: { 'tabs.ipynb': tabs, 'line.ipynb': JSON.stringify(value) } });
  for (const name of ['tabs.ipynb', 'line.ipynb']) {
    await call('Read', { file_path: name });
    await call('NotebookEdit', { notebook_path: name, cell_id: 'cell-0', new_source: 'c\nd' });
    await call('NotebookEdit', { notebook_path: name, new_source: 'e', cell_type: 'markdown', edit_mode: 'insert' });
  }
  const wanted = {
    ...value,
    cells: [
      { cell_type: 'markdown', metadata: {}, source: ['e'] },
      { ...cells[0], source: 'c\nd' },
    ],
  };
  expect(await project.read('line.ipynb')).toBe(JSON.stringify(wanted));
  expect(await project.read('tabs.ipynb')).toBe(JSON.stringify(wanted, null, '\t').replaceAll('\n', '\r\n'));
});

test('what is no notebook is refused, with the place', async () => {
  const { call } = await toolBench({
    files: { 'a.ipynb': '{\n "cells": [,]\n}', 'b.ipynb': '{"worksheets": []}', 'c.txt': '' },
  });
  const edit = (notebook_path: string) => call('NotebookEdit', { notebook_path, cell_id: '0', new_source: '' });
  for (const name of ['a.ipynb', 'b.ipynb']) await call('Read', { file_path: name });
  await expect(edit('a.ipynb')).rejects.toThrow(/cannot be changed as a notebook: .*line 2/);
  await expect(edit('b.ipynb')).rejects.toThrow(/not a notebook of format 4/);
  await expect(edit('c.txt')).rejects.toThrow(/not a notebook.*Edit/);
  await expect(edit('d.ipynb')).rejects.toThrow(/does not exist/);
});
