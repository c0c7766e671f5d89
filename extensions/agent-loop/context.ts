import type { ContextItem, TextBlock } from 'tenon/plugin-api';

/** Text for the model that nobody typed, marked as such. */
export function reminder(text: string): TextBlock {
  // a text that closes the mark itself could pass for the user's words
  const inside = text.trim().replaceAll('</system-reminder>', '<\\/system-reminder>');
  return { type: 'text', text: `<system-reminder>\n${inside}\n</system-reminder>` };
}

/** Context of hooks as blocks. */
export function reminders(items: readonly ContextItem[]): readonly TextBlock[] {
  return items.flatMap(({ text }) => (text.trim() === '' ? [] : [reminder(text)]));
}
