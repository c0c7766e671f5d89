import type { ContentBlock, Message, ToolResultBlock } from 'tenon/plugin-api';
import type { ChainEntry } from './transcript-entry.ts';

type Blocks = readonly ContentBlock[];

const interrupted = 'The call was interrupted before it finished. It was not run again.';

/**
 * The conversation of a transcript's lines, as a model gets it: the lines of one answer become one message, and every
 * call has its result right after it.
 * @param chain the lines of the thread, first to last
 * @param others lines beside it, first to last. Programs that write parallel calls as branches leave calls and results
 * of an answer of the thread there.
 * @param deferredId the call that was put off: it stays without a result when the thread ends with it
 */
export function threadMessages(
  chain: readonly ChainEntry[],
  others: readonly ChainEntry[] = [],
  deferredId?: string,
): Message[] {
  return withResults(mergeAnswers(chain, others), resultsOf(others), deferredId);
}

/** An answer that is being put together from its lines. */
interface Answer {
  readonly id: string;
  readonly requestId: string | undefined;
  content: string | Blocks;
}

/**
 * Lines are of one answer when they say the same id and request and follow each other: some servers give every answer
 * the same id.
 */
function mergeAnswers(chain: readonly ChainEntry[], others: readonly ChainEntry[]): Message[] {
  const merged: { role: 'user' | 'assistant'; content: string | Blocks }[] = [];
  const answers = new Map<string, Answer>();
  let open: Answer | undefined;
  for (const { uuid, message } of chain) {
    if (message !== undefined) {
      const { role, content, id, requestId } = message;
      if (role === 'assistant' && open !== undefined && open.id === id && open.requestId === requestId) {
        addBlocks(open, blocksOf(content));
      } else {
        const made = { role, content, id: id ?? '', requestId };
        merged.push(made);
        open = role === 'assistant' && id !== undefined ? made : undefined;
      }
    }
    if (open !== undefined) answers.set(uuid, open);
  }
  for (const { uuid, parent, message } of others) {
    const above = parent === undefined ? undefined : answers.get(parent);
    if (above === undefined || message?.role === 'user') continue;
    if (message !== undefined) {
      if (above.id !== message.id || above.requestId !== message.requestId) continue;
      addBlocks(
        above,
        blocksOf(message.content).filter(({ type }) => type === 'tool_use'),
      );
    }
    answers.set(uuid, above);
  }
  return merged.filter(({ content }) => content.length > 0).map(({ role, content }) => ({ role, content }));
}

function addBlocks(answer: Answer, blocks: Blocks): void {
  const known = new Set(callsOf(answer.content));
  const added = blocks.filter((block) => block.type !== 'tool_use' || !known.has(block.id));
  answer.content = [...blocksOf(answer.content), ...added];
}

/** Puts the results of an answer's calls into the message after it; drops results of calls that are not there. */
function withResults(
  messages: readonly Message[],
  strays: ReadonlyMap<string, ToolResultBlock>,
  deferredId: string | undefined,
): Message[] {
  const settled: Message[] = [];
  let calls: readonly string[] = [];
  let results = new Map<string, ToolResultBlock>();
  let beside: ContentBlock[] = [];
  let later: Message[] = [];
  const settle = () => {
    for (const id of calls) {
      if (results.has(id)) continue;
      results.set(id, strays.get(id) ?? { type: 'tool_result', tool_use_id: id, content: interrupted, is_error: true });
    }
    if (results.size > 0) settled.push({ role: 'user', content: [...results.values(), ...beside] });
    settled.push(...later);
    calls = [];
    results = new Map();
    beside = [];
    later = [];
  };
  for (const message of messages) {
    if (message.role === 'assistant') {
      settle();
      settled.push(message);
      calls = callsOf(message.content);
      continue;
    }
    const blocks = blocksOf(message.content);
    const own = blocks.filter((block) => block.type === 'tool_result');
    if (own.length === 0) {
      later.push(message);
      continue;
    }
    for (const block of own) {
      if (calls.includes(block.tool_use_id) && !results.has(block.tool_use_id)) results.set(block.tool_use_id, block);
    }
    const rest = blocks.filter((block) => block.type !== 'tool_result');
    if (results.size > 0) beside.push(...rest);
    else if (rest.length > 0) later.push({ role: 'user', content: rest });
  }
  const waits = calls.length === 1 && calls[0] === deferredId && later.length === 0;
  if (!waits || results.size > 0 || strays.has(deferredId ?? '')) settle();
  const first = settled.findIndex(({ role }) => role === 'user');
  return first === -1 ? [] : settled.slice(first);
}

function resultsOf(entries: readonly ChainEntry[]): Map<string, ToolResultBlock> {
  const results = new Map<string, ToolResultBlock>();
  for (const { message } of entries) {
    if (message?.role !== 'user') continue;
    for (const block of blocksOf(message.content)) {
      if (block.type === 'tool_result') results.set(block.tool_use_id, block);
    }
  }
  return results;
}

function callsOf(content: string | Blocks): string[] {
  return blocksOf(content).flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
}

function blocksOf(content: string | Blocks): Blocks {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}
