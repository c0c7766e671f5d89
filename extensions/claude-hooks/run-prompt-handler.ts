import { Loop, type PromptHandler } from 'tenon/plugin-api';
import type { Ran } from './answer.ts';
import type { HandlerRun, Workbench } from './handler-run.ts';
import { askedPrompt, JUDGE, judgementOf } from './judgement.ts';

const TOKENS = 1_000;

/** Asks a small model. @throws Error when it gives no answer that can be read */
export async function runPromptHandler({ api }: Workbench, run: HandlerRun<PromptHandler>): Promise<Ran> {
  const { handler, text, signal } = run;
  if (!api.has(Loop)) throw new Error('there is no model to ask');
  const answer = await (await api.use(Loop)).ask({
    model: handler.model ?? api.config.model ?? 'haiku',
    system: JUDGE,
    prompt: askedPrompt(handler.prompt, text),
    maxTokens: TOKENS,
    signal,
    ...(run.session !== undefined && { session: run.session }),
  });
  return { stdout: answer.text, stderr: '', judged: judgementOf(answer.text) };
}
