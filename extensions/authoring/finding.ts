/** Something that a check found. An `error` makes the exit code 1. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'warning' | 'error';
  /** What it is about: `manifest`, `types`, `load`, `schemas`, `taps`, `names`, `start`. */
  readonly about: string;
  readonly message: string;
}

/** What `plugin check` reports. */
export interface Examination {
  readonly id: string;
  readonly version: string;
  readonly path: string;
  readonly findings: readonly Finding[];
  /** Milliseconds of a start with and without the extension, and of the first one, which compiles. */
  readonly startMs?: { readonly with: number; readonly without: number; readonly first: number };
}

const MARKS = { ok: 'ok     ', note: 'note   ', warning: 'warning', error: 'ERROR  ' };

/** For people. */
export function textReport({ id, version, path, findings }: Examination): string {
  const rows = findings.map(({ level, about, message }) => `  ${MARKS[level]}  ${about.padEnd(8)}  ${plain(message)}`);
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  const sum = [
    [count('error'), 'error'],
    [count('warning'), 'warning'],
  ]
    .filter(([number]) => number !== 0)
    .map(([number, word]) => `${number} ${word}${number === 1 ? '' : 's'}`);
  return `${id} ${version} (${path})\n${rows.join('\n')}\n\n${sum.length === 0 ? 'All is well.' : `${sum.join(', ')}.`}\n`;
}

/** For programs. */
export function jsonReport(examination: Examination): string {
  const ok = !examination.findings.some(({ level }) => level === 'error');
  return `${JSON.stringify({ ok, ...examination }, null, 2)}\n`;
}

/** What an extension says must not steer the terminal or begin a line. */
function plain(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}
