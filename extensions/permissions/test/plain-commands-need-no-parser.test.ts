import { forEachChild, parse } from 'unbash';
import { expect, test } from 'vitest';
import { commandTools } from '../bash/command-tools.ts';
import { flatten } from '../bash/flatten.ts';
import { plainScript } from '../bash/plain-script.ts';
import { BENIGN } from './table/benign.ts';
import { CRITICAL, HOSTILE } from './table/hostile.ts';
import { POLICY } from './table/policy.ts';

const options = { forEachChild, folders: ['/work/project'], home: '/home/user' };

/** The same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const WORDS =
  `ls git status npm run build echo cd pushd popd .. . / ./x ../x /etc/passwd src/a.ts -la --format=%h -n 5 a=b A=1 A+=1
  _x=1 9=1 -x=1 =x x= ==  a..b a,b {a a:b a@b @ % %1 + +x - -- --- if then fi for in do done while until case esac select
  function time coproc declare typeset local export readonly alias unalias unset read let eval exec command builtin env
  nohup timeout 5 sudo bash sh -c true false test [ ] [[ ]] ! && ; | & x; (a) $x \`a\` 'a' "a" ~ ~/x * ? [a] # #x a#b \\a
  a\\ >x <x 2>&1 >/dev/null {a,b} $(a) ü é 日本 a\tb  a\u00a0b \r a\u200bb ${'x'.repeat(300)} 1..2 a.b.c 0 00 1 12 _ __ %% ,, ::
  //a //  ./ ../.. -- --x=y=z x=y=z @(a) +(a) !(a) ^x x^y`.split(/[ \n]+/);

function* texts(): Generator<string> {
  for (const command of [
    ...BENIGN,
    ...Object.values(HOSTILE).flat(),
    ...CRITICAL,
    ...POLICY.flatMap(({ run }) => run),
  ]) {
    yield command;
    for (const part of command.split(/[;&|\n]+/)) yield part.trim();
  }
  for (const one of WORDS) {
    yield one;
    for (const two of WORDS) yield `${one} ${two}`;
  }
  const next = random(7);
  const pick = () => WORDS[Math.floor(next() * WORDS.length)]!;
  for (let n = 0; n < 20_000; n++) {
    const words = Array.from({ length: 1 + Math.floor(next() * 6) }, pick);
    yield words.join(next() < 0.05 ? '  ' : ' ');
    if (next() < 0.05) yield ` ${words.join(' ')}`;
  }
}

test('what is taken for plain is taken apart as the parser would', () => {
  let plain = 0;
  let other = 0;
  for (const text of texts()) {
    const script = plainScript(text);
    if (script === undefined) {
      other++;
      continue;
    }
    plain++;
    expect(flatten(text, { ...options, parse: () => script }), JSON.stringify(text)).toEqual(
      flatten(text, { ...options, parse }),
    );
  }
  // both kinds were there
  expect(plain).toBeGreaterThan(5_000);
  expect(other).toBeGreaterThan(5_000);
});

test.each(['ls', 'git status -s', 'npm run build', 'cat src/a.ts', 'cd ..', 'mkdir -p a/b', 'echo a=b'])(
  '%s is plain',
  (text) => expect(plainScript(text)).toBeDefined(),
);

test.each([
  '',
  ' ',
  ' ls',
  'ls ',
  'ls  x',
  'ls\n',
  'ls\tx',
  'A=1 ls',
  'export A=1',
  'time ls',
  'ls *',
  'ls ~',
  'ls;ls',
])('%j is for the parser', (text) => expect(plainScript(text)).toBeUndefined());

test('a plain command whose words hold shell text of its own is for the parser, too', async () => {
  const tools = commandTools();
  const ground = {
    rules: { deny: [], ask: [], allow: [] },
    mode: 'default',
    cwd: '/work/project',
    root: '/work/project',
    roots: ['/work/project'],
    home: '/home/user',
    userFolder: '/home/user/.claude',
    folderNames: ['.claude'],
    blocked: { read: false, write: false },
    lent: new Set<string>(),
  } as const;
  for (const command of ['eval export A=1', 'bash -c time', 'env A=1 sh -c if'])
    expect((await tools.judge(ground, command, { tool: 'Bash', input: { command } })).verdict).toBe('ask');
});
