import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ModelServer, startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place } from '../gates/program.ts';
import { startProgram } from './started-program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 120_000);

interface Line {
  readonly type: string;
  readonly result?: string;
  readonly message?: { readonly content: readonly { readonly type: string; readonly content?: unknown }[] };
}

interface Surroundings {
  readonly at: Place;
  readonly server: ModelServer;
  /** Runs the program; `shell` is a line of bash that starts it as `"$@"`. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
}
interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly shell?: string;
  readonly stdin?: string;
  readonly cwd?: string;
}
interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function surroundings(turns: readonly Turn[] = [{ text: 'done' }]): Promise<Surroundings> {
  const at = await place();
  let asked = 0;
  const server = await startModelServer({ respond: () => turns[asked++ % turns.length]! });
  onTestFinished(async () => {
    await server.close();
    await at[Symbol.asyncDispose]();
  });
  return {
    at,
    server,
    async run(args, { env, shell = 'exec "$@"', stdin = '', cwd = at.cwd } = {}) {
      const all = {
        PATH: process.env.PATH,
        HOME: at.home,
        LANG: 'C.UTF-8',
        ANTHROPIC_BASE_URL: server.url,
        ANTHROPIC_API_KEY: 'test',
        ...env,
      };
      const words = [process.execPath, program, ...args];
      const launcher = `const { spawn } = require('node:child_process');
        const child = spawn('/bin/bash', ['-c', ${JSON.stringify(shell)}, 'bash', ...${JSON.stringify(words)}], { stdio: 'inherit', env: ${JSON.stringify(all)} });
        child.on('close', (code) => { process.exitCode = code ?? 99; });`;
      // without a shell in between where there is nothing for it to do
      const started =
        shell === 'exec "$@"'
          ? startProgram(program, args, { cwd, env: all, stdin })
          : startProgram('-e', [launcher], { cwd, env: { PATH: process.env.PATH }, stdin });
      const { code } = await started.end;
      return { code, ...started.out };
    },
  };
}

const streaming = ['--output-format', 'stream-json', '--verbose'];

function results(stdout: string): unknown[] {
  const lines = stdout.trimEnd().split('\n');
  const messages = lines.map((line) => JSON.parse(line) as Line);
  return messages
    .flatMap(({ message }) => message?.content ?? [])
    .filter(({ type }) => type === 'tool_result')
    .map(({ content }) => content);
}

const noStack = /\n\s+at /;

/** Mounts a file system of a size, or one that cannot be written; false where that may not be done. */
function fileSystem(folder: string, options: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    // only root may, and not in every container
    process.stderr.write(`${expect.getState().currentTestName}: nothing can be mounted here, so less is tested\n`);
    return false;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' }));
  return true;
}

describe('a disk', () => {
  test('that is full when the session is to be kept: said once, and the answer is printed', async () => {
    const { at, run } = await surroundings();
    const folder = join(at.home, 'full');
    mkdirSync(folder);
    const mounted = fileSystem(folder, 'size=64k');
    if (mounted) writeFileSync(join(folder, 'filler'), Buffer.alloc(65_536 - 4096 * 4));
    // where nothing can be mounted, a limit for the size of files does the same
    const shell = mounted ? 'exec "$@"' : `trap '' XFSZ; ulimit -f 0; exec "$@"`;
    const { code, stdout, stderr } = await run(['-p', 'x'.repeat(40_000)], {
      env: { CLAUDE_CONFIG_DIR: folder },
      shell,
    });
    expect(stdout).toBe('done\n');
    expect(stderr).toMatch(/^tenon: sessions: \S+\.jsonl cannot be written \(E(NOSPC|FBIG)[^\n]*not saved\n$/);
    expect(code).toBe(0);
    const left = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => /\.(lock|tmp)$/.test(name));
    expect(left).toEqual([]);
  });

  test('that fills up in the middle of a session: what was whole comes back', async () => {
    const { at, run, server } = await surroundings();
    const folder = join(at.home, 'full');
    mkdirSync(folder);
    if (!fileSystem(folder, 'size=128k')) return;
    const env = { CLAUDE_CONFIG_DIR: folder };
    expect(await run(['-p', 'first'], { env })).toMatchObject({ code: 0, stderr: '' });
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(131_072 - 4096 * 8));
    const second = await run(['-p', `second ${'x'.repeat(60_000)}`, '--continue'], { env });
    expect(second).toMatchObject({ code: 0, stdout: 'done\n', stderr: expect.stringContaining('not saved') });
    await rm(filler);
    expect(await run(['-p', 'third', '--continue'], { env })).toMatchObject({ code: 0, stdout: 'done\n', stderr: '' });
    const sent = JSON.stringify(server.requests.at(-1)?.body.messages);
    expect(sent).toContain('first');
    expect(sent).toContain('third');
  });

  test('that is full under the project: the file stays as it was, and the model is told', async () => {
    const { at, run } = await surroundings([
      { calls: [{ name: 'Read', input: { file_path: 'note.txt' } }] },
      { calls: [{ name: 'Write', input: { file_path: 'note.txt', content: 'n'.repeat(200_000) } }] },
      { text: 'done' },
    ]);
    if (!fileSystem(at.cwd, 'size=64k')) return;
    writeFileSync(join(at.cwd, 'note.txt'), 'old\n');
    const { code, stdout } = await run(['-p', 'go', ...streaming, '--permission-mode', 'acceptEdits']);
    expect(results(stdout)[1]).toMatch(/disk is full/);
    expect(readFileSync(join(at.cwd, 'note.txt'), 'utf8')).toBe('old\n');
    expect(readdirSync(at.cwd)).toEqual(['note.txt']);
    expect(code).toBe(0);
  });

  test('that is full behind standard output: said on stderr, exit code 1', async () => {
    const { run } = await surroundings();
    const full = 'exec "$@" > /dev/full';
    for (const args of [
      ['-p', 'go'],
      ['-p', 'go', '--output-format', 'json'],
      ['-p', 'go', ...streaming],
      ['--help'],
    ]) {
      const { code, stderr } = await run(args, { shell: full });
      expect(stderr, args.join(' ')).toMatch(/^tenon: standard output cannot be written: ENOSPC[^\n]*\n$/);
      expect(code, args.join(' ')).toBe(1);
    }
  });
});

describe('a home folder', () => {
  test('that cannot be written: said once, and the answer is printed', async () => {
    const { at, run } = await surroundings();
    const folder = join(at.home, 'sealed');
    mkdirSync(folder);
    // not even root can write there
    const HOME = fileSystem(folder, 'ro') ? folder : '/proc';
    const { code, stdout, stderr } = await run(['-p', 'go'], { env: { HOME } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' });
    expect(stderr).toMatch(/^tenon: sessions: [^\n]* cannot be written [^\n]*\n$/);
  });

  test('that is a file', async () => {
    const { at, run } = await surroundings();
    const file = join(at.home, 'file');
    writeFileSync(file, '');
    const { code, stdout, stderr } = await run(['-p', 'go'], { env: { HOME: file } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' });
    expect(stderr).toMatch(/^tenon: sessions: [^\n]* cannot be written [^\n]*\n$/);
  });

  test.each([
    ['unset', undefined],
    ['empty', ''],
    ['relative', 'somewhere'],
  ])('that is %s: the project does not take its place', async (_name, HOME) => {
    const { at, run } = await surroundings([
      { calls: [{ name: 'Bash', input: { command: 'touch taken-from-the-project.txt' } }] },
      { text: 'done' },
    ]);
    // as settings of the project they may not allow anything; as the user's own they would
    mkdirSync(join(at.cwd, '.claude'));
    const rules = '{ "permissions": { "allow": ["Bash(touch taken-from-the-project.txt)"] } }';
    writeFileSync(join(at.cwd, '.claude/settings.json'), rules);
    const before = readdirSync(at.cwd, { recursive: true });
    // the real home of whoever runs the tests stays as it is
    const flags = ['--no-session-persistence', '--setting-sources', 'user'];
    const { code, stdout } = await run(['-p', 'go', ...flags, ...streaming], { env: { HOME } });
    expect(results(stdout)[0]).toMatch(/needs permission/);
    expect(readdirSync(at.cwd, { recursive: true })).toEqual(before);
    expect(code).toBe(0);
  });
});

describe('programs that are missing', () => {
  const turns = [
    {
      calls: [
        { name: 'Bash', input: { command: 'echo from the shell' } },
        { name: 'Grep', input: { pattern: 'needle', output_mode: 'content' } },
        { name: 'Glob', input: { pattern: '**/*.txt' } },
      ],
    },
    { text: 'done' },
  ];

  test.each([
    ['an empty PATH: no git, no ripgrep, nothing', { PATH: '' }],
    ['no PATH', { PATH: undefined }],
    ['ripgrep that cannot be found', { PATH: '', RG: '/nowhere/rg' }],
  ])('%s: searching and the shell still work', async (_name, env) => {
    const { at, run } = await surroundings(turns);
    mkdirSync(join(at.cwd, '.git'));
    writeFileSync(join(at.cwd, '.git/HEAD'), 'ref: refs/heads/main\n');
    writeFileSync(join(at.cwd, 'hay.txt'), 'a needle\n');
    const { code, stdout, stderr } = await run(['-p', 'go', ...streaming], { env });
    expect(results(stdout)).toEqual(['from the shell', 'hay.txt:1:a needle', 'hay.txt']);
    expect(stderr).not.toMatch(noStack);
    expect(code).toBe(0);
  });

  test('a program of the project is not taken for one of them', async () => {
    const { at, run } = await surroundings(turns);
    for (const name of ['rg', 'git', 'bash']) {
      writeFileSync(join(at.cwd, name), '#!/bin/sh\ntouch taken.txt\n', { mode: 0o755 });
    }
    const { code } = await run(['-p', 'go'], { env: { PATH: `.:${process.env.PATH}` } });
    expect(existsSync(join(at.cwd, 'taken.txt'))).toBe(false);
    expect(code).toBe(0);
  });
});

describe('streams', () => {
  test.each([
    ['standard input is closed', 'exec "$@" <&-', 'done\n', 0],
    ['standard output is closed', 'exec "$@" >&-', '', 0],
    ['standard error is closed', 'exec "$@" 2>&-', 'done\n', 0],
    ['all three are closed', 'exec "$@" <&- >&- 2>&-', '', 0],
    ['a reader takes a few bytes and goes away', 'set -o pipefail; "$@" | head -c 2', 'do', 0],
  ])('%s', async (_name, shell, printed, code) => {
    const { run } = await surroundings();
    expect(await run(['-p', 'go'], { shell })).toEqual({ code, stdout: printed, stderr: '' });
  });

  test('a reader that leaves a long answer ends the program', async () => {
    const { run } = await surroundings([{ text: 'word '.repeat(400_000), chunk: 1000 }]);
    const shell = 'set -o pipefail; "$@" | head -c 100';
    const { code, stderr } = await run(['-p', 'go', ...streaming, '--include-partial-messages'], { shell });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  test('10 MB of prompt arrive; more are refused with the way out', async () => {
    const { run, server } = await surroundings();
    const most = 10 * 1024 * 1024;
    const whole = await run(['-p', '--no-session-persistence'], { stdin: 'p'.repeat(most) });
    expect(whole).toEqual({ code: 0, stdout: 'done\n', stderr: '' });
    expect(server.requests[0]?.text.length).toBeGreaterThan(most);
    const more = await run(['-p'], { stdin: 'p'.repeat(most + 1) });
    expect(more).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/10 MB; write it to a file/) });
  }, 60_000);

  test('a prompt that is no UTF-8 arrives with replacement characters', async () => {
    const { run, server } = await surroundings();
    expect((await run(['-p'], { shell: `printf 'a\\xff\\xfeb' | "$@"` })).code).toBe(0);
    expect(JSON.stringify(server.requests[0]?.body.messages)).toContain('a\ufffd\ufffdb');
  });
});

describe('places', () => {
  test('a working directory that is gone: one line that says so, exit code 1', async () => {
    const { at, run } = await surroundings();
    const gone = join(at.cwd, 'gone');
    mkdirSync(gone);
    const ran = await run(['-p', 'go'], { shell: `cd '${gone}' && rmdir '${gone}' && exec "$@"` });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(/^tenon: the working directory does not exist any more[^\n]*\n$/);
  });

  test('a working directory that goes away during the session: calls fail, the answer comes', async () => {
    const { at, run } = await surroundings([
      { calls: [{ name: 'Bash', input: { command: `rm -r '../doomed'` } }] },
      {
        calls: [
          { name: 'Bash', input: { command: 'echo here' } },
          { name: 'Glob', input: { pattern: '*' } },
        ],
      },
      { text: 'done' },
    ]);
    const doomed = join(at.home, 'doomed');
    mkdirSync(doomed);
    const flags = ['--allowedTools', `Bash(rm -r '../doomed')`, '--add-dir', at.home];
    const { code, stdout, stderr } = await run(['-p', 'go', ...streaming, ...flags], { cwd: doomed });
    expect(stderr).not.toMatch(noStack);
    expect(results(stdout)).toHaveLength(3);
    expect(stdout).toContain('"result":"done"');
    expect(code).toBe(0);
  });

  test('file names that are no UTF-8, or hold a line end, do no harm', async () => {
    const { at, run } = await surroundings([
      {
        calls: [
          { name: 'Glob', input: { pattern: '**/*.txt' } },
          { name: 'Grep', input: { pattern: 'needle' } },
          { name: 'Bash', input: { command: 'ls' } },
        ],
      },
      { text: 'done' },
    ]);
    execFileSync(
      'bash',
      ['-c', `mkdir $'d\\xff'; echo needle | tee $'bad\\xff.txt' $'d\\xff/in.txt' $'new\\nline.txt' good.txt`],
      {
        cwd: at.cwd,
        stdio: 'ignore',
      },
    );
    const { code, stdout, stderr } = await run(['-p', 'go', ...streaming]);
    for (const result of results(stdout)) expect(result).toContain('good.txt');
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

test.each(['C', 'POSIX', 'xx_YY.nonsense'])('the locale %s: letters outside of ASCII come through', async (LC_ALL) => {
  const { at, run, server } = await surroundings([
    {
      calls: [
        { name: 'Read', input: { file_path: 'grüße.txt' } },
        { name: 'Bash', input: { command: 'cat grüße.txt' } },
      ],
    },
    { text: 'Grüße 世界 🦊' },
  ]);
  writeFileSync(join(at.cwd, 'grüße.txt'), 'schöne Grüße\n');
  const { code, stdout } = await run(['-p', 'übersetze'], { env: { LANG: undefined, LC_ALL } });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Grüße 世界 🦊\n' });
  expect(JSON.stringify(server.requests[0]?.body.messages)).toContain('übersetze');
  const seen = server.requests[1]?.body.messages?.at(-1)?.content.map(({ content }) => content) ?? [];
  expect(seen).toHaveLength(2);
  for (const text of seen) expect(text).toContain('schöne Grüße');
});
