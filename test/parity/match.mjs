// Partial comparison of JSON values, for expectations that are data. An object must have the named fields, a list must
// have as many items; anything else must be equal. Operators, as the only field of an object:
//   $matches RE   a text that the expression finds      $text E     the text of a string or of content blocks is as E
//   $includes E   a list with an item as E              $json RE    the value as JSON text is found by the expression
//   $last E       a list whose last item is as E        $length N   a list of N items
//   $absent true  there is no such value                $all [E…]   the value is as every E

const operators = {
  $matches: (value, pattern) => typeof value === 'string' && new RegExp(pattern, 's').test(value),
  $includes: (value, expected) => Array.isArray(value) && value.some((item) => mismatch(item, expected) === undefined),
  $last: (value, expected) => Array.isArray(value) && mismatch(value.at(-1), expected) === undefined,
  $absent: (value, expected) => (value === undefined) === expected,
  $text: (value, expected) => mismatch(textOf(value), expected) === undefined,
  $json: (value, pattern) => value !== undefined && new RegExp(pattern, 's').test(JSON.stringify(value)),
  $length: (value, length) => Array.isArray(value) && value.length === length,
  $all: (value, list) => list.every((expected) => mismatch(value, expected) === undefined),
};

/** Where and how `value` differs from what is expected; `undefined` when it does not. */
export function mismatch(value, expected, at = '') {
  if (typeof expected !== 'object' || expected === null) {
    return Object.is(value, expected) ? undefined : difference(value, expected, at);
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(value) || value.length !== expected.length) return difference(value, expected, at);
    return first(expected, (item, index) => mismatch(value[index], item, `${at}[${index}]`));
  }
  const [name, ...more] = Object.keys(expected);
  if (name?.startsWith('$')) {
    const operator = operators[name];
    if (operator === undefined || more.length > 0) {
      throw new Error(`${at}: expected one of ${Object.keys(operators).join(' ')}, got ${JSON.stringify(expected)}`);
    }
    return operator(value, expected[name]) ? undefined : difference(value, expected, at);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return difference(value, expected, at);
  return first(Object.entries(expected), ([field, wanted]) => mismatch(value[field], wanted, `${at}.${field}`));
}

/** The text of a message's content, whichever of its two forms it has. */
function textOf(content) {
  if (!Array.isArray(content)) return content;
  return content.map((block) => (typeof block?.text === 'string' ? block.text : '')).join('');
}

function first(items, check) {
  for (const [index, item] of items.entries()) {
    const found = check(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function difference(value, expected, at) {
  return `${at || 'the value'}: expected ${shortened(expected)}, got ${shortened(value)}`;
}

export function shortened(value, most = 600) {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
