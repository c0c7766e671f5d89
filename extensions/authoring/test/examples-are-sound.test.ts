import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { builtCli } from '../../../test/gates/built.ts';
import { place, runProgram } from '../../../test/gates/program.ts';
import { root } from '../../../test/gates/source-file.ts';

const folder = join(root, 'examples');
const examples = readdirSync(folder);

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 240_000);

test.each(examples)('plugin check finds nothing wrong with examples/%s', async (name) => {
  const at = await place();
  onTestFinished(() => at[Symbol.asyncDispose]());
  const { code, stdout, stderr } = await runProgram(program, ['plugin', 'check', join(folder, name), '--json'], at);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  const { findings } = JSON.parse(stdout) as { findings: { level: string }[] };
  expect(findings.filter(({ level }) => level === 'warning')).toEqual([]);
});

test('there are some of each kind', () => {
  expect(examples.length).toBeGreaterThanOrEqual(6);
});
