import { type ContentBlock, type ExtensionApi, Models, type Session } from 'tenon/plugin-api';
import { table } from './table.ts';
import { count } from './usage.ts';

/** Characters that a token has, about. */
const CHARACTERS = 4;
/** Tokens of a picture or a document, about. */
const PICTURE = 1_500;

/** `/context` */
export async function context(api: ExtensionApi, session: Session) {
  const blocks = session.history().flatMap(({ role, content }) => {
    const list: readonly ContentBlock[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    return list.map((block) => ({ role, block }));
  });
  const sum = (fits: (role: string, block: ContentBlock) => boolean) =>
    blocks.reduce((total, { role, block }) => total + (fits(role, block) ? tokensOf(block) : 0), 0);
  const isReminder = (block: ContentBlock) => block.type === 'text' && block.text.startsWith('<system-reminder>');
  const results = sum((_, { type }) => type === 'tool_result');
  const reminders = sum((role, block) => role === 'user' && isReminder(block));
  const user = sum((role, block) => role === 'user' && block.type !== 'tool_result' && !isReminder(block));
  const answers = sum((role) => role === 'assistant');
  const tools = session.tools.reduce((total, tool) => total + Math.ceil(JSON.stringify(tool).length / CHARACTERS), 0);
  const all = results + reminders + user + answers + tools;
  const window = (await api.item(Models, session.model))?.info(session.model).contextWindow ?? 0;
  const share = (tokens: number) => (window > 0 ? ` (${((100 * tokens) / window).toFixed(1)} %)` : '');
  const rows = Object.entries({ tools, reminders, 'your messages': user, answers, 'results of tools': results });
  return {
    output: [
      `About ${count(all)} tokens${window > 0 ? ` of ${count(window)}` : ''}${share(all)}, without the system prompt:`,
      ...table(rows.map(([name, tokens]) => [name, `${count(tokens)}${share(tokens)}`])),
    ].join('\n'),
  };
}

function tokensOf(block: ContentBlock): number {
  if (block.type === 'image' || block.type === 'document') return PICTURE;
  if (block.type === 'text') return Math.ceil(block.text.length / CHARACTERS);
  return Math.ceil(JSON.stringify(block).length / CHARACTERS);
}
