import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { imageSize } from '../image-size.ts';
import type { ReadOutput } from '../run-read.ts';
import { toolBench } from './tool-bench.ts';

const png = (width: number, height: number) => {
  const bytes = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==',
    'base64',
  );
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};
const gif = Buffer.from('R0lGODlhAwAEAIAAAAAAAP///yH5BAEAAAAALAAAAAADAAQAAAIEhI+pVQA7', 'base64');
const jpeg = Buffer.from([
  ...[0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc4, 0, 3, 0, 0xff, 0xc0, 0, 11, 8, 0, 5, 0, 6, 1, 1, 0x11, 0],
  ...[0xff, 0xd9],
]);
const webp = Buffer.concat([
  Buffer.from('RIFF\0\0\0\0WEBPVP8X', 'latin1'),
  Buffer.from([10, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 7, 0, 0]),
]);

/** A PDF file with one line of text on each page. */
function pdf(lines: readonly string[]): Buffer {
  const objects = ['<</Type/Catalog/Pages 2 0 R>>', ''];
  const kids: string[] = [];
  for (const line of lines) {
    const page = objects.length + 1;
    const stream = line === '' ? '' : `BT /F1 12 Tf 20 100 Td (${line}) Tj ET`;
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents ${page + 1} 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>`,
      `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
    );
    kids.push(`${page} 0 R`);
  }
  objects[1] = `<</Type/Pages/Count ${lines.length}/Kids[${kids.join(' ')}]>>`;
  let text = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const xref = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const place of places) text += `${String(place).padStart(10, '0')} 00000 n \n`;
  return Buffer.from(`${text}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${xref}\n%%EOF\n`);
}

test('pictures go to the model as they are; their bytes tell what they are, not their name', async () => {
  const { call, dir } = await toolBench();
  for (const [bytes, type, size] of [
    [png(1, 1), 'image/png', [1, 1]],
    [gif, 'image/gif', [3, 4]],
    [jpeg, 'image/jpeg', [6, 5]],
    [webp, 'image/webp', [7, 8]],
  ] as const) {
    await writeFile(join(dir, 'picture.txt'), bytes);
    const { content, output } = await call<ReadOutput>('Read', { file_path: 'picture.txt' });
    const base64 = bytes.toString('base64');
    expect(content).toEqual([{ type: 'image', source: { type: 'base64', media_type: type, data: base64 } }]);
    expect(output).toEqual({
      type: 'image',
      file: {
        base64,
        type,
        originalSize: bytes.length,
        dimensions: { originalWidth: size[0], originalHeight: size[1] },
      },
    });
  }
  expect(imageSize(jpeg.subarray(0, 14), 'image/jpeg')).toBeUndefined();
});

test('pictures that models refuse are not sent, and it is said what to do', async () => {
  const { call, dir } = await toolBench();
  await writeFile(join(dir, 'wide.png'), png(9_000, 10));
  await writeFile(join(dir, 'heavy.png'), Buffer.concat([png(1, 1), Buffer.alloc(4_000_000)]));
  await expect(call('Read', { file_path: 'wide.png' })).rejects.toThrow(/9000x10 pixels.*8000.*smaller/);
  await expect(call('Read', { file_path: 'heavy.png' })).rejects.toThrow(/40000\d\d bytes.*smaller/);
  await expect(call('Read', { file_path: 'wide.png', pages: '1' })).rejects.toThrow(/not a PDF file/);
});

test('a short PDF file goes to the model as a document', async () => {
  const { call, dir } = await toolBench();
  const bytes = pdf(['Hello', 'World']);
  await writeFile(join(dir, 'a.pdf'), bytes);
  const { content, output } = await call<ReadOutput>('Read', { file_path: 'a.pdf' });
  const data = bytes.toString('base64');
  expect(content).toEqual([{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data } }]);
  expect(output).toMatchObject({ type: 'pdf', file: { originalSize: bytes.length } });
});

test('of a long one, the text of some pages is read', async () => {
  const { call, dir } = await toolBench();
  await writeFile(join(dir, 'a.pdf'), pdf(Array.from({ length: 30 }, (_, at) => (at === 4 ? '' : `Page ${at + 1}.`))));
  await expect(call('Read', { file_path: 'a.pdf' })).rejects.toThrow(/has 30 pages; at most 20.*pages \("1-20"\)/);
  const { text, output } = await call<ReadOutput>('Read', { file_path: 'a.pdf', pages: '4-5' });
  expect(text).toBe('--- page 4 of 30 ---\nPage 4.\n\n--- page 5 of 30 ---\n(no text; it may be a picture)');
  expect(output).toMatchObject({ type: 'parts', file: { count: 2, totalPages: 30 } });
  expect((await call('Read', { file_path: 'a.pdf', pages: '30-' })).text).toMatch(/^--- page 30 of 30/);
  await expect(call('Read', { file_path: 'a.pdf', pages: '31' })).rejects.toThrow(/30 pages; there is no page 31/);
  for (const pages of ['a', '0', '5-3', '1,2']) {
    await expect(call('Read', { file_path: 'a.pdf', pages })).rejects.toThrow(/pages is /);
  }
  await expect(call('Read', { file_path: 'a.pdf', pages: '1-21' })).rejects.toThrow(/at most 20 pages/);
});

test('what only begins like a PDF file is not sent: the provider would refuse all that comes after', async () => {
  const { call, dir } = await toolBench();
  await writeFile(join(dir, 'a.pdf'), '%PDF-1.4 ...');
  await expect(call('Read', { file_path: 'a.pdf' })).rejects.toThrow(/cannot be read as a PDF file/);
});

test('reading a document can be interrupted', async () => {
  const { call, dir } = await toolBench();
  await writeFile(join(dir, 'a.pdf'), pdf(['Hello']));
  const controller = new AbortController();
  const reading = call('Read', { file_path: 'a.pdf' }, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('stopped')), 5);
  await expect(reading).rejects.toThrow(/stopped/);
});
