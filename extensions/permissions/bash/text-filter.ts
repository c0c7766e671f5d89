/** Characters a command may have; a longer one is never allowed without asking. */
const LONGEST = 10_000;

const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/, 'a control character'],
  [/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/, 'a character that changes the direction of the text'],
  [
    /\u00AD|\u034F|[\u180B-\u180F]|[\u200B-\u200D]|[\u2060-\u2065]|[\u206A-\u206F]|[\uFE00-\uFE0F]|\uFEFF/,
    'an invisible character',
  ],
  [
    /[\u00A0\u115F\u1160\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u2800\u3000\u3164\uFFA0]/,
    'a blank that is not a plain space',
  ],
  [/[\uE000-\uF8FF]/, 'a private-use character'],
  [/[\u{E0000}-\u{E0FFF}]/u, 'an invisible character'],
];

/**
 * Why a command text is not given to the parser, or `undefined`. A parser and the shell may read such text differently,
 * or a person may see something else than what runs.
 */
export function refusedText(command: string): string | undefined {
  if (command.length > LONGEST) return `the command is longer than ${LONGEST} characters`;
  for (const [pattern, name] of REFUSED) if (pattern.test(command)) return `the command contains ${name}`;
  if (/\p{Surrogate}/u.test(command)) return 'the command contains half a character';
  return undefined;
}
