import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../gates/source-file.ts';

const program = `
import { TranscriptFile } from ${JSON.stringify(join(root, 'extensions/sessions/transcript-file.ts'))};
const [path, name] = process.argv.slice(2);
const file = new TranscriptFile(path, (error) => { throw error; });
for (let number = 0; number < 500; number++) {
  file.append(JSON.stringify({ name, number, text: name.repeat(number * 20) }) + '\\n');
}`;

test('lines of two processes that write one transcript at once stay whole and in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tenon-writers-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'writer.ts'), program);
  const build = await rolldown({ input: join(folder, 'writer.ts'), platform: 'node' });
  await build.write({ file: join(folder, 'writer.mjs'), format: 'esm' });
  await build.close();
  const path = join(folder, 'both.jsonl');
  const run = async (name: string) => {
    const writer = spawn(process.execPath, [join(folder, 'writer.mjs'), path, name], { stdio: 'inherit' });
    onTestFinished(() => void writer.kill('SIGKILL'));
    expect(await once(writer, 'exit')).toEqual([0, null]);
  };
  await Promise.all([run('a'), run('b')]);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  // one that opens the file while the other writes may take its line for a torn one, and begins on an empty line
  const written = lines.filter((line) => line !== '');
  const read = written.map((line) => JSON.parse(line) as { name: string; number: number; text: string });
  for (const name of ['a', 'b']) {
    expect(read.filter((one) => one.name === name).map(({ number }) => number)).toEqual([...Array(500).keys()]);
  }
  for (const one of read) expect(one.text).toBe(one.name.repeat(one.number * 20));
});
