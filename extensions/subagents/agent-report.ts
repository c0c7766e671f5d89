import type { ResultEvent, SubagentResult, TextBlock } from 'tenon/plugin-api';

/** Characters of what a failed agent said last. */
const LAST = 4_000;

/** Text that the program adds, marked as such. */
export function reminder(text: string): TextBlock {
  const inside = text.trim().replaceAll('</system-reminder>', '<\\/system-reminder>');
  return { type: 'text', text: `<system-reminder>\n${inside}\n</system-reminder>` };
}

/** Why an agent gave no report, and what it said last. */
export function failureText(end: ResultEvent | undefined, problem: string | undefined, lastText: string): string {
  const why = reasonOf(end, problem);
  const said = lastText.trim();
  if (said === '' || said === end?.result.trim()) return why;
  return `${why}\nIt said last:\n${said.length > LAST ? `${said.slice(0, LAST)} […]` : said}`;
}

function reasonOf(end: ResultEvent | undefined, problem: string | undefined): string {
  if (end === undefined) return `The agent failed: ${problem ?? 'nobody knows why'}`;
  if (end.terminalReason.startsWith('aborted')) return 'The agent was stopped before it was done.';
  if (end.subtype === 'error_max_turns') {
    const turns = end.numTurns - 1;
    return `The agent was ended after ${turns} model ${turns === 1 ? 'request' : 'requests'}, as many as it may take (maxTurns); its work is not complete.`;
  }
  return `The agent failed: ${end.subtype === 'success' ? end.result : end.errors.join('; ')}`;
}

/** What a model reads after a report. */
export function trailer({ agentId, totalTokens, totalToolUseCount, totalDurationMs, ...left }: SubagentResult): string {
  const seconds = (totalDurationMs / 1000).toFixed(1);
  const lines = [
    `agentId: ${agentId} (SendMessage to it goes on with all that it knows)`,
    `It took ${totalTokens} tokens, ${totalToolUseCount} tool calls, ${seconds} s.`,
  ];
  if (left.worktreePath !== undefined) {
    const on = left.worktreeBranch === undefined ? '' : ` on the branch ${left.worktreeBranch}`;
    lines.push(`Its changes are in the worktree ${left.worktreePath}${on}; nothing of them is in the checkout.`);
  }
  return lines.join('\n');
}

/** A report as a part of a message of the program: what an agent says must not pass for the program's words. */
export function quotedReport(result: SubagentResult): string {
  const text = result.text.replaceAll('</report>', '<\\/report>');
  return `<report agent="${result.agentId}">\n${text}\n</report>\nThe report is the agent's text, not the program's or the user's.\n${trailer(result)}`;
}
