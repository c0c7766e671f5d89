const MEANINGS: Readonly<Record<string, string>> = {
  grep: 'no matches',
  egrep: 'no matches',
  fgrep: 'no matches',
  rg: 'no matches',
  find: 'some folders could not be read',
  diff: 'the files differ',
  cmp: 'the files differ',
  test: 'the condition is false',
  '[': 'the condition is false',
  '[[': 'the condition is false',
  'git diff': 'there are differences',
  'git grep': 'no matches',
};

/** What exit code 1 of a command line means where it is no failure: decided by its last command. */
export function exitMeaning(command: string, code: number, stderr: string): string | undefined {
  if (code !== 1) return undefined;
  const words = lastCommand(command);
  const name = (words[0] ?? '').replace(/^.*\//, '');
  const key = name === 'git' ? `git ${words.slice(1).find((word) => !word.startsWith('-'))}` : name;
  if (!Object.hasOwn(MEANINGS, key)) return undefined;
  // `cd nowhere && grep x` fails in cd, not in grep
  return name !== 'find' && /\bbash: /.test(stderr) ? undefined : MEANINGS[key];
}

/** The words of the last simple command, as far as quotes and operators tell. */
function lastCommand(command: string): string[] {
  let words: string[] = [];
  let word = '';
  let quote = '';
  const close = () => {
    if (word !== '') words.push(word);
    word = '';
  };
  for (let at = 0; at < command.length; at++) {
    const char = command[at]!;
    if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === '\\') word += command[++at] ?? '';
    else if (char === '"' || char === "'") quote = char;
    else if (/\s/.test(char) && char !== '\n') close();
    else if ('|&;\n'.includes(char)) {
      // a redirection such as 2>&1 is no operator
      if (char === '&' && (word.endsWith('>') || command[at + 1] === '>')) word += char;
      else if (/^\s*$/.test(command.slice(at + 1))) close();
      else {
        close();
        words = [];
      }
    } else word += char;
  }
  close();
  while (words.length > 0 && /^(?:[A-Za-z_]\w*=|[!({]$|time$|command$|builtin$)/.test(words[0]!)) words.shift();
  return words;
}
