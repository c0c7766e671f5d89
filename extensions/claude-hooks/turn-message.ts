import type { Message } from 'tenon/plugin-api';

/** Texts as what a TurnStart tap adds. */
export function turnMessage(texts: readonly string[]): { readonly added: readonly Message[] } | undefined {
  if (texts.length === 0) return undefined;
  // what a hook prints must not pass for the end of the mark
  const text = texts.map((one) => one.replaceAll('</system-reminder>', '<\\/system-reminder>')).join('\n');
  return {
    added: [{ role: 'user', content: [{ type: 'text', text: `<system-reminder>\n${text}\n</system-reminder>` }] }],
  };
}
