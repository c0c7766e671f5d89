import { expect, test } from 'vitest';
import { grammarOf } from '../grammar.ts';
import { parse } from '../parse.ts';
import { declared, fakeProgram } from './fake-program.ts';

const grammar = (more: Parameters<typeof grammarOf>[0] = []) => grammarOf([...declared, ...more], () => undefined);

test('flags of extensions that are not found yet take nothing from those that are known', () => {
  const line = ['--from-outside', 'x', '-p', '-Z', '--output-format', 'json', '--verbose=maybe'];
  const { flags, args } = parse(line, grammar(), true);
  expect(flags).toEqual({ print: true, 'output-format': 'json' });
  expect(args).toEqual(['x']);
  expect(() => parse(line, grammar())).toThrow(/--from-outside/);
});

test('what was found since is known at the next look', () => {
  const more: (typeof declared)[number][] = [];
  const { cli } = fakeProgram({ argv: ['--late', 'x', '--verbose'], declared: [...declared], more });
  expect(cli.invocation.flags).toEqual({ verbose: true });
  more.push({ owner: 'late', name: '--late', value: 'string', description: 'Came late' });
  expect(cli.invocation.flags).toEqual({ late: 'x', verbose: true });
});

test('a flag that may be repeated takes one value each time', () => {
  const repeated = { owner: 'loader', name: '--plugin', value: 'string', repeat: true, description: 'A path' };
  const { flags, args } = parse(['--plugin', 'a', 'prompt', '--plugin=b'], grammar([repeated]));
  expect(flags).toEqual({ plugin: ['a', 'b'] });
  expect(args).toEqual(['prompt']);
});
