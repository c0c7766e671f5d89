/** The words of an argument string, split as a shell does: quotes hold words together, a backslash takes the next character as it is. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && /["\\]/.test(text[at + 1] ?? '')) word += text[++at]!;
      else word += character;
    } else if (character === '"' || character === "'") {
      // an apostrophe inside of a word begins nothing when no other follows
      if (character === "'" && word !== undefined && !text.includes("'", at + 1)) word += character;
      else {
        quote = character;
        word ??= '';
      }
    } else if (character === '\\' && at + 1 < text.length) word = (word ?? '') + text[++at]!;
    else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}
