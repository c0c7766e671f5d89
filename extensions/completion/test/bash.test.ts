import { expect, test } from 'vitest';
import { bashScript } from '../bash-script.ts';
import { vocabularyOf } from '../vocabulary.ts';
import { inFolder, printedScript, run } from './shell.ts';

/** What bash itself offers for a line that ends at the cursor, word by word as readline hands it over. */
function complete({ path, dir }: { path: string; dir: string }, ...words: string[]): string[] {
  const given = words.map((word) => `'${word}'`).join(' ');
  const code = `. '${path}'; COMP_WORDS=(tenon ${given}); COMP_CWORD=${words.length}; _tenon_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { out, err } = run('bash', ['--norc', '-c', code], dir);
  expect(err).toBe('');
  return out.split('\n').filter((line) => line !== '');
}

test('bash offers commands, flags, what a flag may be, and what a command takes', async () => {
  const script = await printedScript('bash');
  expect(complete(script, 'doc')).toEqual(['doctor']);
  expect(complete(script, '')).toEqual(expect.arrayContaining(['doctor', 'completion']));
  expect(complete(script, '--output-f')).toEqual(['--output-format']);
  expect(complete(script, '-p', '--output-format', 'st')).toEqual(['stream-json']);
  expect(complete(script, '--output-format', '=', 's')).toEqual(['stream-json']);
  expect(complete(script, '--output-format', '=')).toEqual(['text', 'json', 'stream-json']);
  expect(complete(script, '--model', '')).toEqual([]);
  expect(complete(script, '--add-dir', 'm')).toEqual(['my docs']);
  expect(complete(script, 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
  expect(complete(script, '--model', 'doctor', 'completion', 'z')).toEqual(['zsh']);
  expect(complete(script, '--model', '=', 'x', 'comp')).toEqual(['completion']);
  expect(complete(script, 'completion', 'bash', '')).toEqual([]);
});

test('it is registered for the program', async () => {
  const { path, dir } = await printedScript('bash');
  expect(run('bash', ['--norc', '-c', `. '${path}'; complete -p tenon`], dir).out).toContain(
    '-F _tenon_complete tenon',
  );
  expect(run('bash', ['-n', path], dir)).toMatchObject({ code: 0, err: '' });
});

test('nothing in a manifest is run by the shell', async () => {
  const words = vocabularyOf('acme', [
    {
      name: '--flag',
      value: 'string',
      description: "it's $(touch pwned) `touch pwned`",
      choices: ['$(touch pwned)', 'a;touch pwned', 'fine'],
    },
    { name: '--x$(touch pwned)', value: 'boolean', description: 'x' },
    { name: 'esac', description: "\u001b[31m'; touch pwned; '", usage: '<$(touch pwned)|one>' },
    { name: 'verb;touch', description: '' },
  ]);
  expect(words).toMatchObject({
    flags: [{ names: ['--flag'], choices: ['fine'] }],
    verbs: [{ name: 'esac', words: ['one'] }],
  });
  const { path, dir } = await inFolder(bashScript(words));
  const code = `. '${path}'; for line in '--flag' 'esac'; do COMP_WORDS=(acme $line ''); COMP_CWORD=2; _acme_complete; echo "\${COMPREPLY[@]}"; done; ls`;
  const { out, err } = run('bash', ['--norc', '-c', code], dir);
  expect(err).toBe('');
  expect(out).toBe('fine\none\nmy docs\nnotes.txt\nscript\n');
});

test('another shell is a mistake that is named', async () => {
  await expect(printedScript('tcsh')).rejects.toThrow(/exit code 2.*"tcsh" is not one of bash, zsh, fish/s);
});
