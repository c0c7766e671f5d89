import { expect, test } from 'vitest';
import { mayMove } from '../shell-command.ts';

test.each([
  'cd src',
  'pushd src',
  'FOO=1 cd src',
  'time cd src',
  'command cd src',
  'builtin cd src',
  'eval cd src',
  '. ./go.sh',
  'source go.sh',
  'ls && cd src',
  'ls; cd src',
  'ls\ncd src',
  'c""d src',
  '"cd" src',
  'c\\d src',
  '$X src',
  '`echo cd` src',
  '{cd,src}',
  'mapfile -C cd lines',
  'f() { cd src; }',
  'ls > out',
  'ls\tcd',
  '~/go',
])('after %j the folder of the shell is looked at', (command) => {
  expect(mayMove(command)).toBe(true);
});

test.each(['ls', 'npm test', 'git status --short', 'echo 1', 'node scripts/build.mjs --cli', 'FOO=bar make -j2 all'])(
  '%j leaves the shell where it is',
  (command) => {
    expect(mayMove(command)).toBe(false);
  },
);
