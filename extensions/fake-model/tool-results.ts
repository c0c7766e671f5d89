import type { ContentBlock, Message } from 'tenon/plugin-api';

/** What a tool gave, as a script keeps it. */
export interface ExpectedResult {
  /** Of the call. */
  readonly id: string;
  readonly text: string;
  /** How long the text was that `text` is the beginning of. */
  readonly length?: number;
  readonly isError?: true;
}

const MAX_TEXT = 4_000;

/** The results in a message, with secrets and folders taken out. */
export function resultsOf(
  content: string | readonly ContentBlock[],
  scrub: (text: string) => string,
): readonly ExpectedResult[] {
  if (typeof content === 'string') return [];
  return content.flatMap((block) => {
    if (block.type !== 'tool_result') return [];
    const given = block.content ?? '';
    const blocks = typeof given === 'string' ? [{ type: 'text', text: given } as const] : given;
    const text = scrub(blocks.map((one) => (one.type === 'text' ? one.text : `[${one.type}]`)).join('\n'));
    return [
      {
        id: block.tool_use_id,
        text: text.slice(0, MAX_TEXT),
        ...(text.length > MAX_TEXT && { length: text.length }),
        ...(block.is_error === true && { isError: true as const }),
      },
    ];
  });
}

/** The results that a request ends in: those after the last answer. */
export function lastResults(messages: readonly Message[], scrub: (text: string) => string): readonly ExpectedResult[] {
  const answered = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages.slice(answered + 1).flatMap(({ content }) => resultsOf(content, scrub));
}

/** The first thing in which results differ from what a script expects, for people. */
export function difference(expected: readonly ExpectedResult[], found: readonly ExpectedResult[]): string | undefined {
  for (const one of expected) {
    const other = found.find(({ id }) => id === one.id);
    if (other === undefined) return `the call ${one.id} has no result`;
    if (one.isError !== other.isError) {
      return `the call ${one.id} ${other.isError ? 'failed' : 'succeeded'}, and did not in the recording: ${excerpt(other.text, 0)}`;
    }
    if (one.text === other.text && one.length === other.length) continue;
    let at = 0;
    while (at < one.text.length && one.text[at] === other.text[at]) at++;
    return `the result of the call ${one.id} differs at character ${at + 1}: expected ${excerpt(one.text, at)}, got ${excerpt(other.text, at)}`;
  }
  const more = found.find(({ id }) => !expected.some((one) => one.id === id));
  return more === undefined ? undefined : `the call ${more.id} has a result, and none in the recording`;
}

function excerpt(text: string, at: number): string {
  const from = Math.max(0, at - 20);
  return JSON.stringify(text.slice(from, at + 60));
}
