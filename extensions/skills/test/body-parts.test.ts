// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of skills are written like those of templates
import { mentionsIn } from 'tenon/plugin-api/lib/file-mentions';
import { expect, test } from 'vitest';
import { bodyParts, usesArguments } from '../body-parts.ts';
import { wordsOf } from '../words.ts';

/** Parts as one text that shows what they were taken for. */
function shown(text: string, names: readonly string[] = []): string {
  const show = (parts: ReturnType<typeof bodyParts>): string =>
    parts
      .map((part) => {
        if (part.kind === 'text') return part.text;
        if (part.kind === 'argument') return `<${part.index ?? 'all'}>`;
        if (part.kind === 'named') return `<${names[part.index]}>`;
        if (part.kind === 'variable') return `<${part.name}>`;
        return `<run ${show(part.parts)}>`;
      })
      .join('');
  return show(bodyParts(text, names));
}

test.each([
  ['$ARGUMENTS', '<all>'],
  ['a $0 b $1, $12.', 'a <0> b <1>, <12>.'],
  ['$ARGUMENTS[0] $ARGUMENTS[10]', '<0> <10>'],
  ['$ARGUMENTSX $ARGUMENT', '$ARGUMENTSX $ARGUMENT'],
  ['\\$1 \\$ARGUMENTS \\$ARGUMENTS[2] \\$HOME', '$1 $ARGUMENTS $ARGUMENTS[2] \\$HOME'],
  ['cost: $5.00', 'cost: <5>.00'],
  ['$HOME ${HOME} ${CLAUDE_SESSION_ID}', '$HOME ${HOME} <SESSION_ID>'],
  ['${CLAUDE_EFFORT}${CLAUDE_SKILL_DIR}/x ${CLAUDE_PROJECT_DIR}', '<EFFORT><SKILL_DIR>/x <PROJECT_DIR>'],
])('%j is read as %j', (text, parts) => {
  expect(shown(text)).toBe(parts);
});

test('named arguments: the longest name, and no part of a longer word', () => {
  expect(shown('$file $files.ts $filed \\$file', ['file', 'files'])).toBe('<file> <files>.ts $filed $file');
});

test.each([
  ['!`git status`', '<run git status>'],
  ['state: !`git status` end', 'state: <run git status> end'],
  ['x!`git status`', 'x!`git status`'],
  ['(!`git status`)', '(!`git status`)'],
  ['!`git diff $0 ${CLAUDE_PROJECT_DIR}`', '<run git diff <0> <PROJECT_DIR>>'],
  ['!`two\nlines`', '!`two\nlines`'],
  ['```!\ngit log\ngit diff\n```\nafter', '<run git log\ngit diff>\nafter'],
  ['```!\nnever ends', '```!\nnever ends'],
  ['a ```!\nls\n```', 'a ```!\nls\n```'],
  ['```!\n!`inner`\n```', '<run !`inner`>'],
])('commands: %j is read as %j', (text, parts) => {
  expect(shown(text)).toBe(parts);
});

test('a long text of what begins like a block and ends nowhere is read in no time', () => {
  const text = '```!\n'.repeat(100_000);
  expect(bodyParts(text)).toEqual([{ kind: 'text', text }]);
});

test('arguments within commands count as used', () => {
  expect(usesArguments(bodyParts('!`echo $ARGUMENTS`'))).toBe(true);
  expect(usesArguments(bodyParts('\\$ARGUMENTS ${CLAUDE_EFFORT}'))).toBe(false);
});

test.each([
  ['a b  c', ['a', 'b', 'c']],
  ['"a b" c', ['a b', 'c']],
  ['\'a "b\' "c \'d"', ['a "b', "c 'd"]],
  ['a\\ b c', ['a b', 'c']],
  ['--x="y z"', ['--x=y z']],
  ['"" b', ['', 'b']],
  ["don't do it", ["don't", 'do', 'it']],
  ['', []],
])('the words of %j', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

test('files are named in prose, and not in code', () => {
  const text = [
    'See @docs/a.md, (@no.md) or @"with blank.md".',
    'Mail me@example.org; `@scope/pkg` and ``@x`` are code.',
    '```',
    '@decorator',
    '```',
    '@~/notes.md',
  ].join('\n');
  expect(mentionsIn(text)).toEqual(['docs/a.md', 'with blank.md', '~/notes.md']);
});
