import {
  type ContentBlock,
  type ContextItem,
  type GateReason,
  Host,
  SlashCommands,
  type TypedCommand,
  textOf,
  type UserInput,
  type UserPromptSubmit,
} from 'tenon/plugin-api';
import { reminder } from './context.ts';
import { blocksOf } from './conversation.ts';
import { decideDeferred } from './deferred-call.ts';
import { COMPLETED, type Ending, failure } from './ending.ts';
import type { Query } from './query.ts';
import { said } from './reasons.ts';
import { messageOf } from './world.ts';

/** Passes the prompt through its gates and adds it to the conversation. An ending means that it is not sent. */
export async function submitPrompt(query: Query): Promise<Ending | undefined> {
  const { session } = query;
  const { content, source = 'user', uuid } = query.input;
  const { images, text } = partsOf(content);
  let command = await typedCommand(query, text);
  const unseen = { text, context: [], verdict: 'none', reasons: [] } as const;
  const submitted = command?.prompts === false ? unseen : await shown(query, text, images, source);
  if (submitted.verdict === 'deny') return refused(query, submitted.reasons);
  if (submitted.text !== text) command = await typedCommand(query, submitted.text);
  const expanded = command && (await runCommand(query, command));
  if (expanded !== undefined && 'ending' in expanded) return expanded.ending;
  const prompted = expanded === undefined ? submitted.text : textOf(expanded.blocks);
  const asked = await query.until(
    session.world.api.hooks.QueryStart.fire({
      session,
      prompt: prompted,
      model: query.model,
      turnCount: session.turnCount,
      context: [],
      verdict: 'none',
      reasons: [],
    }),
  );
  if (asked.verdict === 'deny') return refused(query, asked.reasons);
  const empty = asked.prompt.trim() === '' && images.length === 0;
  if (empty && session.deferred === undefined) return failure('turn_setup_failed', 'The prompt is empty.');
  query.started = true;
  if (asked.model !== query.model) await query.useModel(asked.model, 'QueryStart');

  const opening = await query.until(session.texts.takeOpening());
  await query.init();
  const ending = await decideDeferred(query);
  if (ending !== undefined) return ending;
  const before = opening.filter((one) => one.trim() !== '').map(reminder);
  // a session that goes on has most of them already
  const unsaid = before.filter((block) => !session.conversation.has(block.text));
  if (unsaid.length > 0) session.addUser({ content: unsaid, source: 'system', isMeta: true });
  const message = expanded === undefined ? content : [...images, ...expanded.blocks];
  const prompt = asked.prompt === (expanded === undefined ? text : prompted) ? message : replaced(asked.prompt, images);
  const { initialPrompt } = session.options;
  if (initialPrompt !== undefined && session.turnCount === 0) session.addUser({ content: initialPrompt, source });
  const files = await mentionedFiles(query, query.input, expanded === undefined ? asked.prompt : '');
  if (!empty) session.addUser({ content: prompt, source }, uuid);
  if (files.length > 0) session.addUser({ content: files, source: 'system', isMeta: true });
  query.addContext([...submitted.context, ...(expanded?.context ?? []), ...asked.context]);
  return undefined;
}

/** The slash command that a prompt calls. Nothing is loaded for a prompt that begins otherwise. */
async function typedCommand(query: Query, text: string): Promise<TypedCommand | undefined> {
  const { session, input } = query;
  const { api } = session.world;
  if (!text.trimStart().startsWith('/') || input.expand === false || input.source === 'system') return undefined;
  if (session.parent !== undefined || !api.has(SlashCommands)) return undefined;
  return query.until((await api.use(SlashCommands)).find(session, text));
}

/** Runs a slash command: its message to the model, or the end of the prompt. */
async function runCommand(
  query: Query,
  command: TypedCommand,
): Promise<
  { readonly ending: Ending } | { readonly blocks: readonly ContentBlock[]; readonly context: readonly ContextItem[] }
> {
  const { session } = query;
  const { blocks, output = '', isError = false, context = [] } = await query.until(command.run());
  if (blocks !== undefined) return { blocks, context };
  await query.init();
  session.emit({ type: 'command_output', command: command.name, content: output });
  return {
    ending: { ...COMPLETED, terminalReason: isError ? 'command_failed' : 'completed', isError, result: output },
  };
}

/** Adds a message to the conversation, and asks nothing of the model. */
export async function appendMessage(query: Query): Promise<Ending> {
  if (query.session.deferred !== undefined) {
    return failure('turn_setup_failed', 'A call that was put off comes first: send a message that is to be answered.');
  }
  try {
    return (await takeMessage(query, query.input)) ?? COMPLETED;
  } catch (error) {
    return query.signal.aborted ? query.interrupted() : failure('turn_setup_failed', messageOf(error));
  }
}

/** What came in while the model was at work: it reads it before it goes on. */
export async function foldMessages(query: Query): Promise<void> {
  const { session } = query;
  for (let next = session.nextToFold(); next !== undefined; next = session.nextToFold()) {
    let ending: Ending | undefined;
    try {
      ending = await takeMessage(query, next.input);
    } catch (error) {
      session.putBack(next);
      throw error;
    }
    if (ending !== undefined || next.input.shouldQuery === false) next.resolve(query.result(ending ?? COMPLETED).event);
    else query.folded.push(next);
  }
}

/** Adds a message that is no prompt of its own. An ending means that a tap refused it. */
async function takeMessage(
  query: Query,
  { content, source = 'user', uuid, shouldQuery, expand }: UserInput,
): Promise<Ending | undefined> {
  const { session } = query;
  // what the program itself writes down is nobody's prompt
  if (source === 'system' && shouldQuery === false) return void session.addUser({ content, source }, uuid);
  const { images, text } = partsOf(content);
  const submitted = await shown(query, text, images, source);
  if (submitted.verdict === 'deny') {
    const why = said(submitted.reasons, 'deny') || 'An extension refused the message.';
    session.inform('warning', why);
    return { ...failure('hook_stopped', why), result: why };
  }
  const files = await mentionedFiles(query, { source, ...(expand !== undefined && { expand }) }, submitted.text);
  session.addUser({ content: submitted.text === text ? content : replaced(submitted.text, images), source }, uuid);
  if (files.length > 0) session.addUser({ content: files, source: 'system', isMeta: true });
  query.addContext(submitted.context);
  return undefined;
}

/** The files that the user named as `@path`. What the program itself says, or an agent is told, names none. */
async function mentionedFiles(
  query: Query,
  { expand, source }: Pick<UserInput, 'expand' | 'source'>,
  text: string,
): Promise<readonly ContentBlock[]> {
  const { session } = query;
  if (!text.includes('@') || expand === false || source === 'system' || session.parent !== undefined) return [];
  const { includedFiles, mentionsIn } = await import('tenon/plugin-api/lib/file-mentions');
  const paths = mentionsIn(text);
  if (paths.length === 0) return [];
  const { api } = session.world;
  const home = api.has(Host) ? (await api.use(Host)).home : session.root;
  return query.until(includedFiles(session, home, paths));
}

/** Shows a message of the user to the taps. What a subagent is told does not come from the user. */
async function shown(
  query: Query,
  text: string,
  images: readonly ContentBlock[],
  source: UserPromptSubmit['source'],
): Promise<Pick<UserPromptSubmit, 'text' | 'context' | 'verdict' | 'reasons'>> {
  const { session } = query;
  const { UserPromptSubmit } = session.world.api.hooks;
  const value = { session, text, images, source, context: [], verdict: 'none', reasons: [] } as const;
  return session.parent === undefined ? query.until(UserPromptSubmit.fire(value)) : value;
}

async function refused(query: Query, reasons: readonly GateReason[]): Promise<Ending> {
  await query.init();
  const why = said(reasons, 'deny') || 'An extension refused the prompt.';
  return { ...failure('hook_stopped', why), result: why };
}

function partsOf(content: UserInput['content']): { readonly text: string; readonly images: readonly ContentBlock[] } {
  return { text: textOf(content), images: blocksOf(content).filter(({ type }) => type !== 'text') };
}

function replaced(text: string, others: readonly ContentBlock[]): string | readonly ContentBlock[] {
  return others.length === 0 ? text : [...others, { type: 'text', text }];
}
