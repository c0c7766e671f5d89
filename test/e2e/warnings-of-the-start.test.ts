import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { builtCli } from '../gates/built.ts';
import { place, runProgram } from '../gates/program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 240_000);

const SETTINGS = {
  hooks: { Stop: [{ hooks: [{ type: 'command', command: 'echo' }] }] },
  env: { A: 'b' },
  model: 5,
};
const EXTENSION =
  "export default { manifest: { id: 'one', version: '1.0.0', api: 1, activate: ['startup'] }, setup() {} };";

async function run(...args: string[]) {
  await using at = await place();
  await mkdir(join(at.cwd, '.claude/tenon/extensions'), { recursive: true });
  await writeFile(join(at.cwd, '.claude/settings.json'), JSON.stringify(SETTINGS));
  await writeFile(join(at.cwd, '.mcp.json'), '{"mcpServers":{"a":{"command":"x"}}}');
  await writeFile(join(at.cwd, '.claude/tenon/extensions/one.ts'), EXTENSION);
  const ran = await runProgram(program, args, at);
  return ran.stderr.split('\n').filter((line) => line.includes('warning: '));
}

test('what is skipped for want of trust is one line before a prompt, with all that would have taken part', async () => {
  const lines = await run('-p', 'hi', '--model', 'fake:none');
  const about = lines.filter((line) => /trust|skipped/.test(line));
  expect(about).toHaveLength(1);
  for (const name of [
    'servers of .mcp.json',
    'hooks, env of .claude/settings.json',
    'file:one.ts',
    'run tenon trust',
  ]) {
    expect(about[0]).toContain(name);
  }
  expect(lines.some((line) => line.includes('model must be a text'))).toBe(true);
});

test.each([[['config', 'list']], [['completion', 'bash']], [['--help']], [['trust', '--list']]])(
  '%j says nothing of it',
  async (args) => {
    expect((await run(...args)).filter((line) => !line.includes('config: '))).toEqual([]);
    if (args[0] === '--help') expect(await run(...args)).toEqual([]);
  },
);

test.each([[['doctor']], [['plugin', 'list']], [['hooks']]])('%j says all', async (args) => {
  const lines = await run(...args);
  expect(lines.filter((line) => line.includes('folder not trusted')).length).toBeGreaterThan(2);
});
