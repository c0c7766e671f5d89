import type { Session } from 'tenon/plugin-api';

/** `/memory`: what the model was told of is in the conversation. */
export function memory(session: Session) {
  const texts = session.history().flatMap(({ role, content }) => {
    if (role !== 'user') return [];
    return typeof content === 'string' ? [content] : content.flatMap((one) => (one.type === 'text' ? [one.text] : []));
  });
  const files = new Set<string>();
  for (const text of texts) {
    if (!text.startsWith('<system-reminder>')) continue;
    for (const [, file] of text.matchAll(/^Contents of (.+?)(?: \([^)]*\))*:$/gm)) files.add(file!);
  }
  if (files.size === 0) return { output: 'The model was told of no instruction files in this session so far.' };
  return { output: ['Instruction files in this session', ...[...files].map((file) => `  ${file}`)].join('\n') };
}
