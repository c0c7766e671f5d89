import { type JsonSchema, type PromptHandler, type SessionRef, Subagents } from 'tenon/plugin-api';
import type { Ran } from './answer.ts';
import type { HandlerRun, Workbench } from './handler-run.ts';
import { askedPrompt, checkedJudgement, JUDGE, judgementOf } from './judgement.ts';

const TURNS = 50;
const TOOLS = ['Read', 'Grep', 'Glob'];
const SHAPE: JsonSchema = {
  type: 'object',
  properties: { ok: { type: 'boolean' }, reason: { type: 'string' } },
  required: ['ok'],
};

/** Has a subagent look, which can read and search. @throws Error when it comes to no judgement */
export async function runAgentHandler({ api }: Workbench, run: HandlerRun<PromptHandler>): Promise<Ran> {
  const { handler, text, signal, session, item } = run;
  if (session === undefined) throw new Error('an agent needs a session, and there is none here');
  if (!api.has(Subagents)) throw new Error('there are no subagents in this build');
  const { running } = agentsOf(session);
  // what a hook's own agent does would start the hook again, and that one the next
  if (running.size > 0 && session.parent !== undefined) return { stdout: '', stderr: '' };
  running.add(item.name);
  try {
    const result = await (await api.use(Subagents)).run({
      session,
      signal,
      prompt: `${JUDGE}\n\n${askedPrompt(handler.prompt, text)}`,
      description: `hook ${run.name}`,
      maxTurns: TURNS,
      tools: TOOLS,
      jsonSchema: SHAPE,
      ...(handler.model !== undefined && { model: handler.model }),
    });
    if (result.status !== 'completed') throw new Error(`the agent ${result.status}: ${result.text.slice(0, 500)}`);
    const { structuredOutput: given } = result;
    return {
      stdout: result.text,
      stderr: '',
      judged: given === undefined ? judgementOf(result.text) : checkedJudgement(given),
    };
  } finally {
    running.delete(item.name);
  }
}

/** The hooks whose agents are at work in a session and below it. */
function agentsOf(session: SessionRef): { readonly running: Set<string> } {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  return root.state('claude-hooks:agents', () => ({ running: new Set<string>() }));
}
