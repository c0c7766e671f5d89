import type { Message } from 'tenon/plugin-api';

/** News of the background as what a TurnStart tap adds. */
export function newsMessage(news: readonly string[]): { readonly added: readonly Message[] } | undefined {
  if (news.length === 0) return undefined;
  // what a program prints must not pass for the end of the mark
  const text = news.map((one) => one.replaceAll('</system-reminder>', '<\\/system-reminder>')).join('\n');
  return {
    added: [{ role: 'user', content: [{ type: 'text', text: `<system-reminder>\n${text}\n</system-reminder>` }] }],
  };
}
