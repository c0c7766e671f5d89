/**
 * Why a sed script may do more than print and change text, or `undefined`. Only addresses, blocks and the commands
 * `p d s = n q` are followed; `s` without its flags `e` and `w`. Everything else is a question.
 * Source of the grammar: the GNU sed manual, chapters 3 and 4.
 */
export function sedProblem(script: string): string | undefined {
  let at = 0;
  let depth = 0;
  const peek = () => script[at];
  const skip = (pattern: RegExp) => {
    while (at < script.length && pattern.test(script[at]!)) at++;
  };

  const delimited = (delimiter: string): string | undefined => {
    let text = '';
    while (at < script.length) {
      const character = script[at++]!;
      if (character === '\n') return undefined;
      if (character === delimiter) return text;
      text += character;
      if (character === '\\') {
        const next = script[at];
        if (next === undefined || next === '\n') return undefined;
        text += next;
        at++;
      }
    }
    return undefined;
  };
  /** A pattern in which every reader of the script sees the same end. */
  const pattern = (delimiter: string): boolean => {
    const text = delimited(delimiter);
    if (text === undefined) return false;
    const plain = text.replace(/\\./g, '');
    // implementations differ on whether a delimiter inside of brackets ends the pattern
    return (plain.match(/\[/g) ?? []).length === (plain.match(/\]/g) ?? []).length;
  };
  const address = (): boolean | undefined => {
    const character = peek();
    if (character === undefined) return false;
    if (/[0-9]/.test(character)) {
      skip(/[0-9]/);
      if (peek() === '~') {
        at++;
        skip(/[0-9]/);
      }
      return true;
    }
    if (character === '$') {
      at++;
      return true;
    }
    if (character === '/' || character === '\\') {
      at++;
      const delimiter = character === '/' ? '/' : script[at++];
      if (delimiter === undefined || /[\s\\A-Za-z0-9]/.test(delimiter)) return undefined;
      if (!pattern(delimiter)) return undefined;
      skip(/[IM]/);
      return true;
    }
    return false;
  };

  while (at < script.length) {
    skip(/[\s;]/);
    if (at >= script.length) break;
    if (peek() === '}') {
      if (--depth < 0) return 'the sed script has a } too many';
      at++;
      if (!ended()) return 'text after }';
      continue;
    }
    const first = address();
    if (first === undefined) return 'a sed address that is not understood';
    skip(/[ \t]/);
    if (first && peek() === ',') {
      at++;
      skip(/[ \t]/);
      if (peek() === '+' || peek() === '~') {
        at++;
        if (!/[0-9]/.test(peek() ?? '')) return 'a sed address that is not understood';
        skip(/[0-9]/);
      } else if (address() !== true) return 'a sed address that is not understood';
    }
    skip(/[ \t]/);
    if (peek() === '!') {
      at++;
      skip(/[ \t]/);
    }
    const command = script[at++];
    switch (command) {
      case '{':
        depth++;
        continue;
      case 'p':
      case 'd':
      case '=':
      case 'n':
        break;
      case 'q':
        skip(/[ \t]/);
        skip(/[0-9]/);
        break;
      case 's': {
        const delimiter = script[at++];
        if (delimiter === undefined || /[\s\\A-Za-z0-9;{}]/.test(delimiter))
          return 'a sed delimiter that is not understood';
        if (!pattern(delimiter) || delimited(delimiter) === undefined)
          return 'a sed substitution that is not understood';
        skip(/[gpiImM0-9]/);
        break;
      }
      default:
        return `the sed command ${JSON.stringify(command ?? '')} can do more than print`;
    }
    if (!ended()) return 'the sed script goes on where a command should end';
  }
  return depth === 0 ? undefined : 'the sed script has an open {';

  function ended(): boolean {
    skip(/[ \t]/);
    const next = peek();
    return next === undefined || next === ';' || next === '\n' || next === '}';
  }
}
