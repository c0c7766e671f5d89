import { expect, test } from 'vitest';
import { fishScript } from '../fish-script.ts';
import { vocabularyOf } from '../vocabulary.ts';
import { zshScript } from '../zsh-script.ts';
import { inFolder, installed, printedScript, run } from './shell.ts';

test('fish offers commands, flags, and what they may be', async ({ skip }) => {
  skip(!installed('fish'), 'fish is not installed');
  const { path, dir } = await printedScript('fish');
  const complete = (line: string) => {
    const { out, err } = run('fish', ['--no-config', '-c', `source '${path}'; complete -C '${line}'`], dir);
    expect(err).toBe('');
    return out.split('\n').flatMap((one) => (one === '' ? [] : [one.split('\t')[0]]));
  };
  expect(complete('tenon doc')).toEqual(['doctor']);
  expect(complete('tenon --output-f')).toContain('--output-format');
  expect(complete('tenon --output-format s')).toEqual(['stream-json']);
  expect(complete('tenon completion ')).toEqual(['bash', 'fish', 'zsh']);
  expect(complete('tenon --settings no')).toEqual(['notes.txt']);
  expect(complete('tenon --model no')).toEqual([]);
  expect(complete('tenon -p no')).toEqual(['notes.txt']);
});

test('zsh completes as it is typed', async ({ skip }) => {
  skip(!installed('zsh'), 'zsh is not installed');
  const { path, dir } = await printedScript('zsh');
  expect(run('zsh', ['-n', path], dir)).toMatchObject({ code: 0, err: '' });
  const typed = [
    'tenon doc',
    'tenon --output-f',
    'tenon --output-format str',
    'tenon --output-format=str',
    'tenon completion zs',
    'tenon --settings not',
    'tenon --add-dir my',
  ];
  // a shell within a terminal of its own, which echoes what the completed line would have run
  const driver = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1= PS2=; unsetopt zle_bracketed_paste; setopt no_beep; autoload -Uz compinit; compinit -D -u; eval "$(<${path})"; tenon() { print -r -- "<\${(j:|:)@}>" }; print READY'
local line seen=
while zpty -r shell line; do [[ $line == READY* ]] && break; done
for text in ${typed.map((one) => `'${one}'`).join(' ')}; do
  zpty -w -n shell "$text"$'\\t\\n'
  while zpty -r shell line; do [[ $line == *'<'*'>'* ]] && { print -r -- "$line"; break }; done
done
zpty -d shell
`;
  const { out } = run('zsh', ['-f', '-c', driver], dir);
  const ran = [...out.matchAll(/<([^>]*)>/g)].map((match) => match[1]);
  expect(ran).toEqual([
    'doctor',
    '--output-format',
    '--output-format|stream-json',
    '--output-format=stream-json',
    'completion|zsh',
    '--settings|notes.txt',
    '--add-dir|my docs',
  ]);
}, 30_000);

test.for([
  ['zsh', zshScript],
  ['fish', fishScript],
] as const)('nothing in a manifest is run by %s', async ([shell, scriptOf], { skip }) => {
  skip(!installed(shell), `${shell} is not installed`);
  const words = vocabularyOf('acme', [
    {
      name: '--flag',
      value: 'string',
      description: "it's $(touch pwned) (touch pwned) `touch pwned` \\",
      choices: ['$(touch pwned)', 'fine'],
    },
    { name: 'verb', description: "'; touch pwned; '\\", usage: '<one|two>' },
  ]);
  const { path, dir } = await inFolder(scriptOf(words));
  const setUp =
    shell === 'zsh'
      ? ['-f', '-c', `autoload -Uz compinit; compinit -D -u; . '${path}'; ls`]
      : ['--no-config', '-c', `source '${path}'; complete -C 'acme --flag '; complete -C 'acme '; ls`];
  const { out, err } = run(shell, setUp, dir);
  expect(err).toBe('');
  expect(out).not.toContain('pwned\n');
  expect(out).toContain('notes.txt');
});
