import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a run of a built program did. */
export interface ProgramRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home and a working directory that end with the test. */
export interface Place extends AsyncDisposable {
  readonly home: string;
  readonly cwd: string;
}

export async function place(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'tenon-place-'));
  const [home, cwd] = [join(folder, 'home'), join(folder, 'project')];
  await Promise.all([mkdir(home), mkdir(cwd)]);
  return { home, cwd, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Runs a program in a clean environment; ends it after `limit` milliseconds. */
export function runProgram(
  program: string,
  args: readonly string[],
  { home, cwd }: Pick<Place, 'home' | 'cwd'>,
  more: { readonly env?: Record<string, string>; readonly node?: readonly string[]; readonly limit?: number } = {},
): Promise<ProgramRun> {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    IS_SANDBOX: '1',
    ...more.env,
  };
  const child = spawn(process.execPath, [...(more.node ?? []), program, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      out[name] += text;
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), more.limit ?? 20_000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ...out });
    });
  });
}

/** What a run loaded: files of ours below `dist`, and modules of Node itself. */
export interface Loaded extends ProgramRun {
  readonly files: readonly string[];
  readonly builtins: readonly string[];
}

/** Runs a program and says what Node loaded for it, by Node's own account (coverage lists every script it evaluated). */
export async function runAndList(
  program: string,
  args: readonly string[],
  at: Place,
  env: Record<string, string> = {},
): Promise<Loaded> {
  const coverage = await mkdtemp(join(tmpdir(), 'tenon-coverage-'));
  try {
    const list = join(coverage, 'builtins.txt');
    const preload = join(coverage, 'preload.cjs');
    const save = `require('fs').writeFileSync(${JSON.stringify(list)}, [...now].join('\\n'))`;
    // What the preload and coverage themselves need is not the program's.
    await writeFile(
      preload,
      `const before = new Set(process.moduleLoadList); process.on('exit', () => { const now = process.moduleLoadList.filter((name) => !before.has(name)); ${save}; });`,
    );
    const run = await runProgram(program, args, at, {
      env: { ...env, NODE_V8_COVERAGE: coverage },
      node: ['-r', preload],
    });
    const files = new Set<string>();
    for (const name of await readdir(coverage)) {
      if (!name.endsWith('.json')) continue;
      const { result } = JSON.parse(await readFile(join(coverage, name), 'utf8')) as { result: { url: string }[] };
      for (const { url } of result) {
        // modules have a URL, chunks a path
        if (isAbsolute(url)) files.add(url);
        else if (url.startsWith('file:') && !url.endsWith('preload.cjs')) files.add(fileURLToPath(url));
      }
    }
    const builtins = (await readFile(list, 'utf8')).split('\n').map((line) => line.replace(/^\w+ /, ''));
    return { ...run, files: [...files].sort(), builtins };
  } finally {
    await rm(coverage, { recursive: true, force: true });
  }
}
