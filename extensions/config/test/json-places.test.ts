import { type JsonTextError, parseJson } from 'tenon/plugin-api/lib/json-text';
import { expect, test } from 'vitest';

function complaint(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    const { line, column, message } = error as JsonTextError;
    return `${line}:${column} ${message}`;
  }
  throw new Error(`accepted: ${text}`);
}

test.each([
  ['', '1:1 expected a value, got the end of the text'],
  ['{', '1:2 expected a key in double quotes, got the end of the text'],
  ['{"a":1,}', '1:7 expected no "," before "}", got ","'],
  ['[1,\n 2,\n]', '2:3 expected no "," before "]", got ","'],
  ['{"a" 1}', '1:6 expected ":" after the key, got "1"'],
  ['{"a":1 "b":2}', '1:8 expected "," or "}", got "\\""'],
  ["{'a':1}", '1:2 expected a key in double quotes, got "\'"'],
  ['{"a":\'x\'}', '1:6 expected a value (text takes double quotes), got "\'"'],
  ['{"a":tru}', '1:6 expected a value, got "tru"'],
  ['{"a":01}', '1:6 expected a value, got "01"'],
  ['{"a":truex}', '1:6 expected a value, got "truex"'],
  ['{\n  // note\n}', '2:3 comments are not allowed here, got "/"'],
  ['{"a":"x\n"}', '1:8 expected the closing quote of the text on this line, got the end of the line'],
  ['{"a":"x', '1:6 expected the closing quote of the text that begins here, got "\\""'],
  ['{"a":"\\x"}', '1:7 expected one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX, got "\\\\"'],
  ['{} {}', '1:4 expected the end of the text, got "{"'],
  ['\u0007', '1:1 expected a value, got the character U+0007'],
])('%j', (text, expected) => {
  expect(complaint(text)).toBe(expected);
});

test('every text that the engine refuses is given a place', () => {
  const good = '{"a":[1,-2.5e3,true,null,"\\u00e9\\n"],"b":{"c":{}},"d":[]}';
  for (let at = 0; at < good.length; at++) {
    for (const text of [good.slice(0, at), `${good.slice(0, at)}#${good.slice(at + 1)}`]) {
      let refused = false;
      try {
        JSON.parse(text);
      } catch {
        refused = true; // that is the question
      }
      if (refused) expect(complaint(text)).toMatch(/^1:\d+ expected .*, got /);
      else expect(parseJson(text)).toEqual(JSON.parse(text));
    }
  }
});

test('brackets without end do not overflow the stack', () => {
  expect(complaint('['.repeat(100_000))).toMatch(/at most 1000 brackets within each other/);
});
