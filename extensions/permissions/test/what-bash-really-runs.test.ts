// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is shell text
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workspace } from './workspace.ts';

/*
 * Random shell text is judged, and what may run is run by a real bash. Programs named `canary` leave a mark: it must not
 * appear where nothing allows them, nor where a rule denies them. `TENON_FUZZ_SEED` and `TENON_FUZZ_RUNS` go further.
 */
const SEED = Number(process.env.TENON_FUZZ_SEED ?? 1);
const RUNS = Number(process.env.TENON_FUZZ_RUNS ?? 120);

const FRAGMENTS = [
  ...'ls;echo;cat README.md;canary;canary x;x;a;f;0;1;-f;-eq;-v;-z;true;false;sort;sed -n p;date +;cd src;git status;head;printf %s'.split(
    ';',
  ),
  ...'; \n && || | & ( ) { } $( ` " \' \\ \\\n \t # $X ${X} ${X:- $(( )) $[ ] a[ * ? [a] ~ = ! @( |& >| &> < > >( <( <<< $ ${ !x $" (( \\` \\$( \\; \\n ;;'.split(
    ' ',
  ),
  ' ',
  ' ',
  '  ',
  ' #',
  '{ ',
  '; }',
  '<<EOF\n',
  '\nEOF\n',
  "<<'EOF'\n",
  '<<-EOF\n',
  'EOF',
  '"EOF"',
  '\\EOF',
  '2>&1',
  '>/dev/null',
  '[[ ',
  ' ]]',
  '[ ',
  ' ]',
  "$'",
  '\\x63',
  "canary'",
  '! ',
  'time ',
  'if ',
  'then ',
  'fi',
  'for f in ',
  'do ',
  'done',
  'while ',
  'until ',
  'case ',
  ' in ',
  'esac',
  'a)',
  'function f ',
  'f() ',
  'select ',
  'coproc ',
  'command ',
  'timeout 5 ',
  'nohup ',
  'xargs ',
  'test ',
  'a=1 ',
  'LANG=C ',
  'echo "',
  '" ',
  "echo '",
  "' ",
];
const FRAMES = [
  'echo "A"',
  "echo 'A'",
  'ls A',
  'ls; A',
  'cat <<EOF\nA\nEOF\nA',
  "cat <<'EOF'\nA\nEOF\nA",
  'echo $(A)',
  'echo `A`',
  'for f in A; do A; done',
  'if A; then A; fi',
  '[[ A ]]',
  '[ A ]',
  'echo A # A',
  '{ A; }',
  '(A)',
  'echo ${A}',
  'echo "A" A',
  "echo $'A'",
  'case A in A) A;; esac',
  'ls A\nA',
  'echo A > /dev/null A',
  'printf "A" A',
  'cat <<< A',
  'echo "${A}"',
  'cat <<-EOF\n\tA\n\tEOF\nA',
  'cat <<"A"\nA\nA\nA',
  'echo A\\\nA',
];
const TAILS = ['; canary', '\ncanary', '" canary', "' ; canary", ') canary', '`canary`'];

function commands(seed: number): () => string {
  let state = seed;
  // mulberry32
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  const of = (list: readonly string[]) => list[below(list.length)]!;
  const piece = () => Array.from({ length: 1 + below(5) }, () => of(FRAGMENTS)).join('');
  return () => {
    const body =
      below(3) === 0
        ? piece() + piece()
        : of(FRAMES).replace(/A/g, () => (below(2) === 0 ? of(['canary', 'x', 'a b']) : piece()));
    return below(4) === 0 ? body + of(TAILS) : body;
  };
}

let workspace: Workspace;
let bin: string;
let mark: string;
beforeAll(() => {
  workspace = new Workspace();
  bin = join(workspace.top, 'bin');
  mark = join(workspace.top, 'mark');
  mkdirSync(bin);
  for (const name of ['canary', 'x', 'a', 'f', 'EOF']) {
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\n[ "$0" = "${bin}/canary" ] && echo ran >> "${mark}"\necho ran >> "${mark}-any"\n`,
    );
    chmodSync(join(bin, name), 0o755);
  }
});
afterAll(() => workspace.dispose());

function run(command: string): { readonly canary: boolean; readonly any: boolean } {
  for (const path of [mark, `${mark}-any`]) rmSync(path, { force: true });
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: workspace.home };
  spawnSync('bash', ['--norc', '-c', command], {
    cwd: workspace.root,
    timeout: 2_000,
    input: '',
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return { canary: existsSync(mark), any: existsSync(`${mark}-any`) };
}

test('the mark appears when a program runs', () => {
  expect(run('canary')).toEqual({ canary: true, any: true });
  expect(run('echo canary')).toEqual({ canary: false, any: false });
});

test('what is allowed without a rule runs no program and changes no file', { timeout: 600_000 }, async () => {
  const world = workspace.world();
  const next = commands(SEED);
  const before = readdirSync(workspace.root).sort();
  const wrong: string[] = [];
  for (let runs = 0; runs < RUNS; ) {
    const command = next();
    if ((await world.bash(command)).verdict !== 'allow' || !/canary|[xaf]|EOF/.test(command)) continue;
    runs++;
    if (run(command).any) wrong.push(command);
    expect(readdirSync(workspace.root).sort(), command).toEqual(before);
  }
  expect(wrong).toEqual([]);
});

test('what a rule denies does not run, however it is written', { timeout: 600_000 }, async () => {
  const world = workspace.world({ layers: [{ source: 'user', permissions: { deny: ['Bash(canary:*)'] } }] });
  const next = commands(SEED + 1);
  const wrong: string[] = [];
  for (let runs = 0; runs < RUNS; ) {
    const command = next();
    if (!command.includes('canary') || (await world.bash(command, { mode: 'bypassPermissions' })).verdict === 'deny')
      continue;
    runs++;
    if (run(command).canary) wrong.push(command);
  }
  expect(wrong).toEqual([]);
});
