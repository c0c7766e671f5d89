import type { ResultEvent } from 'tenon/plugin-api';

/** What went wrong, as one line for stderr. */
export function errorLine(command: string, result: ResultEvent): string {
  return `${command}: ${printable(reasonOf(result)).replace(/\s*\n\s*/g, ' ')}\n`;
}

function reasonOf(result: ResultEvent): string {
  if (result.terminalReason.startsWith('aborted')) return 'interrupted before the answer was complete';
  const text = (result.subtype === 'success' ? result.result : result.errors.join('; ')).trim();
  if (result.subtype === 'error_max_turns' && !text.includes('--max-turns')) {
    return `${text || `no end after ${result.numTurns} turns`}; raise --max-turns to let it go on`;
  }
  return text || `the prompt failed (${result.subtype})`;
}

/** Text without the characters that steer a terminal: a model may repeat what a file or a web page wrote. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    '\ufffd',
  );
}
