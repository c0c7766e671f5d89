import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { builtCli } from '../gates/built.ts';
import { root } from '../gates/source-file.ts';

interface Row {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'pending';
  readonly problems: readonly string[];
}

const names = readdirSync(join(root, 'test/parity/scenarios')).map((file) => file.replace(/\.json$/, ''));

async function parity(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(root, 'test/parity/run.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return ended(child);
}

function ended(child: ReturnType<typeof spawn>): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      out[name] += text;
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...out })));
}

describe('the built program, from the outside', () => {
  let rows: readonly Row[];

  beforeAll(async () => {
    await builtCli();
    const run = spawn(process.execPath, [join(root, 'test/parity/run.mjs'), '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = await ended(run);
    expect(stderr).toBe('');
    ({ rows } = JSON.parse(stdout) as { rows: Row[] });
    const pending = rows.filter(({ state }) => state === 'pending').map(({ name, problems }) => `${name}: ${problems}`);
    if (pending.length > 0) process.stderr.write(`PENDING scenarios:\n  ${pending.join('\n  ')}\n`);
  }, 120_000);

  test.each(names)('%s', (name) => {
    const row = rows.find((one) => one.name === name);
    // what is pending says itself what it waits for, and must pass as soon as that is there
    if (row?.state === 'pending') expect(row.problems.join()).toMatch(/yet$/);
    else expect(row).toMatchObject({ state: 'passed', problems: [] });
  });
});

describe('a program that is not as promised', () => {
  async function liar(body: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'tenon-liar-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'liar.sh');
    await writeFile(path, `#!/bin/sh\n${body}\n`);
    await chmod(path, 0o755);
    return path;
  }

  test.each([
    ['claims to have written', 'write-allowed-by-mode', /file out\.txt/],
    ['claims to have asked the model', 'streaming-text', /streamed text/],
  ])('%s', async (_what, name, problem) => {
    const init = '{"type":"system","subtype":"init","tools":["Skill"]}';
    const exe = await liar(`echo '${init}'; echo '{"type":"result","subtype":"success","is_error":false}'`);
    const { code, stdout } = await parity('--exe', exe, '--only', name);
    expect(stdout).toMatch(problem);
    expect(stdout).toContain('0 passed, 1 failed, 0 pending');
    expect(code).toBe(1);
  });

  test('hangs, together with a child of its own', async () => {
    const exe = await liar('sleep 600 & sleep 600');
    const { code, stdout } = await parity('--exe', exe, '--only', 'bash-stdout', '--limit', '1', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ failed: 1, rows: [{ state: 'failed' }] });
    expect(stdout).toContain('did not end in time');
  });

  test('is not there', async () => {
    expect(await parity('--exe', '/nowhere/agent')).toMatchObject({ code: 2, stdout: '' });
  });
});
