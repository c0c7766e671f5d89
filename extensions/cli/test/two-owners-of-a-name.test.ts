import { expect, test } from 'vitest';
import { grammarOf } from '../grammar.ts';

const flag = (owner: string, name: string, more: object = {}) => ({
  owner,
  name,
  value: 'boolean',
  description: owner,
  ...more,
});

test('the first in order keeps a flag, an alias and a letter, and the others are named', () => {
  const warnings: string[] = [];
  const grammar = grammarOf(
    [
      flag('a', '--mode', { short: 'm' }),
      flag('b', '--mode'),
      flag('b', '--model', { short: 'm', aliases: ['--mode', '--mo'] }),
      flag('c', '--mo'),
      { owner: 'a', name: 'doctor', description: '' },
      { owner: 'b', name: 'doctor', description: '' },
      { owner: 'a', name: 'mode:x', description: '' },
      { owner: 'b', name: 'mode:x', description: '' },
    ],
    (message) => warnings.push(message),
  );
  expect(grammar.byName.get('--mode')?.owner).toBe('a');
  expect(grammar.byName.get('--mo')?.name).toBe('--model');
  expect(grammar.byLetter.get('m')?.owner).toBe('a');
  expect(grammar.verbs.get('doctor')?.owner).toBe('a');
  expect(grammar.modes.map((mode) => mode.owner)).toEqual(['a']);
  expect(warnings).toEqual([
    'flag --mode of b is ignored: a declares it too and comes first',
    '--mode for --model of b is ignored: it stands for --mode of a',
    '-m for --model of b is ignored: it stands for --mode of a',
    'flag --mo of c is ignored: b declares it too and comes first',
    'command doctor of b is ignored: a declares it too and comes first',
    'mode:x of b is ignored: another extension declares it too and comes first',
  ]);
});

test('a name that was qualified because it was taken does not become a command', () => {
  const grammar = grammarOf([flag('b', 'b.--mode'), { owner: 'b', name: 'b.mode:x', description: '' }], () => {});
  expect(grammar.verbs.size).toBe(0);
  expect(grammar.flags).toEqual([]);
});

test('a flag of a kind that does not exist is ignored and named', () => {
  const warnings: string[] = [];
  const grammar = grammarOf([flag('a', '--odd', { value: 'number' })], (message) => warnings.push(message));
  expect(grammar.flags).toEqual([]);
  expect(warnings[0]).toContain('--odd of a');
});
