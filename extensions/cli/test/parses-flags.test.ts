import { describe, expect, test } from 'vitest';
import { grammarOf } from '../grammar.ts';
import { manifest } from '../manifest.ts';
import { parse } from '../parse.ts';
import { declared } from './fake-program.ts';

const own = manifest.contributes.cli.map((flag) => ({ ...flag, owner: 'cli' }));
const grammar = grammarOf([...own, ...declared], () => {});
const of = (...argv: string[]) => {
  const { flags, args, verb } = parse(argv, grammar);
  return { flags, args, ...(verb === undefined ? {} : { verb }) };
};
const wrong = (...argv: string[]) => {
  try {
    parse(argv, grammar);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`accepted: ${argv.join(' ')}`);
};

describe('values', () => {
  test('stay the text they were typed as', () => {
    expect(of('--resume', '000123', '--session-id', '007', '-n', '1e3')).toEqual({
      flags: { resume: '000123', 'session-id': '007', name: '1e3' },
      args: [],
    });
    expect(of('--model=0x10').flags).toEqual({ model: '0x10' });
    expect(of('--setting-sources', '').flags).toEqual({ 'setting-sources': '' });
    expect(of('--setting-sources=').flags).toEqual({ 'setting-sources': '' });
    expect(of('--append-system-prompt=a=b').flags).toEqual({ 'append-system-prompt': 'a=b' });
  });

  test('may begin with a dash when they do not look like a flag', () => {
    expect(of('--append-system-prompt', '- be terse', '--model', '-5').flags).toEqual({
      'append-system-prompt': '- be terse',
      model: '-5',
    });
    expect(of('--append-system-prompt', '--be very terse').flags).toEqual({
      'append-system-prompt': '--be very terse',
    });
    expect(of('--append-system-prompt=--terse').flags).toEqual({ 'append-system-prompt': '--terse' });
  });

  test('of lists: repeated, and several words up to the next flag', () => {
    expect(of('--allowedTools', 'Bash(git *)', 'Read', '--allowed-tools', 'Edit', '-p', 'go')).toEqual({
      flags: { allowedTools: ['Bash(git *)', 'Read', 'Edit'], print: true },
      args: ['go'],
    });
    expect(of('--allowedTools=a,b', 'prompt')).toEqual({ flags: { allowedTools: ['a,b'] }, args: ['prompt'] });
    expect(of('--allowedTools', 'a', '--', 'b')).toEqual({ flags: { allowedTools: ['a'] }, args: ['b'] });
  });

  test('may be left out where they are optional', () => {
    expect(of('-r').flags).toEqual({ resume: true });
    expect(of('--resume', '-p', 'x')).toEqual({ flags: { resume: true, print: true }, args: ['x'] });
  });

  test('given twice: the last counts', () => {
    expect(of('--model', 'a', '--model=b').flags).toEqual({ model: 'b' });
    expect(of('--verbose', '--verbose=false').flags).toEqual({ verbose: false });
  });
});

test('clusters of letters: the last may have a value, joined or not', () => {
  expect(of('-pc', 'x')).toEqual({ flags: { print: true, continue: true }, args: ['x'] });
  expect(of('-pn', 'name').flags).toEqual({ print: true, name: 'name' });
  expect(of('-pnname').flags).toEqual({ print: true, name: 'name' });
  expect(of('-n=name').flags).toEqual({ name: 'name' });
});

test('-- ends the flags, a lone dash and a bullet are words', () => {
  expect(of('-p', '--', '--model', '-x')).toEqual({ flags: { print: true }, args: ['--model', '-x'] });
  expect(of('-', '- item')).toEqual({ flags: {}, args: ['-', '- item'] });
});

describe('commands', () => {
  test('are the first word', () => {
    expect(of('mcp', 'add', 'x')).toEqual({ flags: {}, args: ['add', 'x'], verb: 'mcp' });
    expect(of('--model', 'x', 'doctor')).toEqual({ flags: { model: 'x' }, args: [], verb: 'doctor' });
  });
  test('are not words of a prompt', () => {
    expect(of('fix', 'doctor')).toEqual({ flags: {}, args: ['fix', 'doctor'] });
    expect(of('doctr')).toEqual({ flags: {}, args: ['doctr'] });
    expect(of('--', 'doctor')).toEqual({ flags: {}, args: ['doctor'] });
    expect(of('-p', 'doctor')).toEqual({ flags: { print: true }, args: ['doctor'] });
    expect(of('toString')).toEqual({ flags: {}, args: ['toString'] });
  });
});

describe('mistakes', () => {
  test('an unknown flag names the one that was meant', () => {
    expect(wrong('--outputformat', 'json')).toBe('unknown flag --outputformat; did you mean --output-format?');
    expect(wrong('--outputformat=json')).toBe('unknown flag --outputformat; did you mean --output-format?');
    expect(wrong('--Model', 'x')).toBe('unknown flag --Model; did you mean --model?');
    expect(wrong('--no-verbose')).toBe('unknown flag --no-verbose; did you mean --verbose?');
    expect(wrong('-print')).toBe('unknown flag -print; did you mean --print?');
    expect(wrong('--zzz')).toBe('unknown flag --zzz');
    expect(wrong('-z')).toBe('unknown flag -z');
    expect(wrong('-pz')).toBe('unknown flag -z in -pz');
    expect(wrong('--constructor')).toMatch(/^unknown flag --constructor/);
  });
  test('a hidden flag is not suggested', () => {
    expect(wrong('--secret-swich')).toBe('unknown flag --secret-swich');
  });
  test('a missing value', () => {
    expect(wrong('--model')).toBe('--model needs a value (<id>)');
    expect(wrong('--model', '--print')).toBe(
      '--model needs a value (<id>), got the flag --print; write --model=--print if that is meant',
    );
    expect(wrong('--output-format')).toBe('--output-format needs a value (one of text, json, stream-json)');
    expect(wrong('--allowedTools', '-p')).toMatch(/^--allowedTools needs a value/);
  });
  test('a value that is not among the choices', () => {
    expect(wrong('--output-format', 'jsn')).toBe(
      '--output-format: "jsn" is not one of text, json, stream-json; did you mean json?',
    );
    expect(wrong('--output-format', '')).toBe('--output-format: "" is not one of text, json, stream-json');
  });
  test('a value for a flag that has none', () => {
    expect(wrong('--print=yes')).toBe('--print takes no value, got "yes"');
  });
  test('a prompt that begins with a dash', () => {
    expect(wrong('-p', '--be nice')).toBe('unknown flag "--be nice"; a prompt that begins with a dash goes after --');
  });
});
