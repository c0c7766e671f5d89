/** True when a name has a `*`, and so stands for many names. */
export function isPattern(name: string): boolean {
  return name.includes('*');
}

/** True when `name` fits `pattern`, in which each `*` stands for any text, also none. */
export function fitsPattern(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === name;
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** How specific a pattern is: the number of characters that are not `*`. */
export function specificity(pattern: string): number {
  return pattern.replaceAll('*', '').length;
}
