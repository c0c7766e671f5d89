import type { DistroInfo } from 'tenon/plugin-api';
import type { Examination } from './examination.ts';

const MARKS = { ok: 'ok     ', note: 'note   ', problem: 'PROBLEM' };

/** For people. */
export function textReport({ parts, problems }: Examination, { name, version }: DistroInfo): string {
  const lines = [`${name} ${version}`];
  for (const { title, findings } of parts) {
    lines.push('', title);
    for (const { level, text, fix } of findings) {
      lines.push(`  ${MARKS[level]}  ${oneLine(text)}`);
      if (fix !== undefined) lines.push(`           -> ${oneLine(fix)}`);
    }
  }
  const sum = problems === 0 ? 'All is well.' : problems === 1 ? '1 problem.' : `${problems} problems.`;
  return `${lines.join('\n')}\n\n${sum}\n`;
}

/** For programs. */
export function jsonReport({ parts, problems }: Examination, { name, version }: DistroInfo): string {
  return `${JSON.stringify({ ok: problems === 0, name, version, problems, parts }, null, 2)}\n`;
}

/** What is reported may quote files of a repository: nothing of it may steer the terminal or begin a line. */
function oneLine(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}
