import { type ToolResult, textOf } from 'tenon/plugin-api';
import { BoundedError, bounded } from 'tenon/plugin-api/lib/bounded';
import { clock } from 'tenon/plugin-api/lib/clock';
import { abortSource } from './abort-source.ts';
import type { Query } from './query.ts';
import type { Permit } from './tool-step.ts';
import { messageOf } from './world.ts';

/** Milliseconds that a tool has to end by itself once its signal aborted. */
const GRACE = 2_000;
/** Characters of text that one result may have. */
export const RESULT_LIMIT = 100_000;
/** The part of it that is the beginning of a longer text; the rest is its end. */
const HEAD = 0.7;

/** How a run of a tool ended. */
export type Ran =
  | { readonly result: ToolResult; readonly error?: undefined }
  | { readonly error: string; readonly interrupted: boolean };

/** Runs a call that was allowed. It does not throw, and it ends when the prompt is interrupted or the tool's time is up. */
export async function runTool(query: Query, { tool, call: { id }, input, approved }: Permit): Promise<Ran> {
  const { session } = query;
  const controller = abortSource();
  const abort = () => controller.abort(query.signal.reason);
  if (query.signal.aborted) abort();
  query.signal.addEventListener('abort', abort);
  const limit = tool.timeout ?? 0;
  const late = new Error(`${tool.name} did not finish within ${limit} ms`);
  const timer = limit > 0 ? setTimeout(() => controller.abort(late), limit) : undefined;
  const began = clock();
  let over = false;
  const progress = (note: string) => {
    if (over) return;
    const elapsedMs = Math.round(clock() - began);
    session.emit({ type: 'tool_progress', toolUseId: id, toolName: tool.name, elapsedMs, note: String(note) });
  };
  try {
    const { signal } = controller;
    const context = { session, id, signal, progress, ...(approved !== undefined && { approved }) };
    const running = (async () => tool.run(input, context))();
    const given = await withGrace(running, controller.signal);
    const result = typeof given === 'string' ? { content: given } : given;
    if (query.signal.aborted) {
      // what it managed to say is worth more than that it was stopped
      const text = isResult(result) ? `\n${textOf(result.content)}` : '';
      return { error: cappedText(`${messageOf(query.signal.reason)}${text}`, RESULT_LIMIT), interrupted: true };
    }
    if (!isResult(result)) {
      const fault = `its run gave ${kindOf(given)}, expected a text or { content }`;
      session.world.api.log.warn(`the tool ${tool.name} gave no result: ${fault}`);
      return { error: `${tool.name} gave no result; this is a fault of the tool: ${fault}`, interrupted: false };
    }
    return { result: { ...result, content: capped(result.content) } };
  } catch (error) {
    if (query.signal.aborted) return { error: messageOf(query.signal.reason), interrupted: true };
    const text = controller.signal.aborted ? late.message : messageOf(error) || 'the tool failed without a message';
    return { error: cappedText(text, RESULT_LIMIT), interrupted: false };
  } finally {
    over = true;
    clearTimeout(timer);
    query.signal.removeEventListener('abort', abort);
  }
}

/** Waits for the tool; once the signal aborts only a little longer. */
async function withGrace<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await bounded(running, 0, signal);
  } catch (error) {
    if (!(error instanceof BoundedError)) throw error;
    return await bounded(running, GRACE);
  }
}

export function isResult(value: unknown): value is ToolResult {
  if (typeof value !== 'object' || value === null) return false;
  const { content } = value as { content?: unknown };
  return typeof content === 'string' || Array.isArray(content);
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value === null ? value : typeof value);
  return `an object with ${Object.keys(value).slice(0, 5).join(', ') || 'nothing in it'}`;
}

/** Cuts text that would fill the model's context. */
export function capped(content: ToolResult['content']): ToolResult['content'] {
  if (typeof content === 'string') return cappedText(content, RESULT_LIMIT);
  const lengths = content.map((block) => (block.type === 'text' ? block.text.length : 0));
  if (lengths.reduce((sum, length) => sum + length, 0) <= RESULT_LIMIT) return content;
  let left = RESULT_LIMIT;
  return content.map((block) => {
    if (block.type !== 'text') return block;
    const text = cappedText(block.text, left);
    left = Math.max(0, left - block.text.length);
    return { ...block, text };
  });
}

function cappedText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = Math.floor(limit * HEAD);
  const tail = limit - head;
  const note = `\n[… ${text.length - limit} of ${text.length} characters left out …]\n`;
  return text.slice(0, head) + note + (tail === 0 ? '' : text.slice(-tail));
}
