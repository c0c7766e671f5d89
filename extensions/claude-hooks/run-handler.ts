import type {
  CallbackHandler,
  CommandHandler,
  HookHandler,
  HttpHandler,
  McpToolHandler,
  PromptHandler,
} from 'tenon/plugin-api';
import { BoundedError, bounded } from 'tenon/plugin-api/lib/bounded';
import type { Ran } from './answer.ts';
import type { HandlerRun, Workbench } from './handler-run.ts';
import { runCommandHandler } from './run-command-handler.ts';
import { seconds } from './time-limits.ts';

const NOTHING = { stdout: '', stderr: '' } as const;

/** Runs a handler within its time. Never throws: what goes wrong is the outcome of the run. */
export async function runHandler(bench: Workbench, run: HandlerRun): Promise<Ran> {
  const { handler, signal, limit } = run;
  try {
    // a command ends itself in time, and what it started with it
    if (handler.type === 'command') return await runCommandHandler(bench, run as HandlerRun<CommandHandler>);
    const controller = new AbortController();
    try {
      return await bounded(answerOf(bench, { ...run, signal: controller.signal }, handler), limit, signal);
    } finally {
      controller.abort();
    }
  } catch (error) {
    if (signal.aborted) return { ...NOTHING, cancelled: true };
    if (error instanceof BoundedError && error.why === 'timeout') {
      return { ...NOTHING, failure: { kind: 'late', text: `it gave no answer within ${seconds(limit)} s` } };
    }
    return { ...NOTHING, failure: { kind: 'failed', text: error instanceof Error ? error.message : String(error) } };
  }
}

async function answerOf(bench: Workbench, run: HandlerRun, handler: HookHandler['handler']): Promise<Ran> {
  switch (handler.type) {
    case 'http': {
      const { runHttpHandler } = await import('./run-http-handler.ts');
      return runHttpHandler(bench, run as HandlerRun<HttpHandler>);
    }
    case 'mcp_tool': {
      const { runMcpToolHandler } = await import('./run-mcp-tool-handler.ts');
      return runMcpToolHandler(bench, run as HandlerRun<McpToolHandler>);
    }
    case 'prompt': {
      const { runPromptHandler } = await import('./run-prompt-handler.ts');
      return runPromptHandler(bench, run as HandlerRun<PromptHandler>);
    }
    case 'agent': {
      const { runAgentHandler } = await import('./run-agent-handler.ts');
      return runAgentHandler(bench, run as HandlerRun<PromptHandler>);
    }
    case 'callback':
      return runCallback(run as HandlerRun<CallbackHandler>);
    default:
      throw new Error(`there are no handlers of the type ${JSON.stringify((handler as { type: unknown }).type)}`);
  }
}

async function runCallback({ handler, input, session, signal }: HandlerRun<CallbackHandler>): Promise<Ran> {
  const given = await handler.call(input, { signal, session });
  if ((given as { async?: unknown } | undefined)?.async === true) return { ...NOTHING, background: true };
  return { ...NOTHING, given: given ?? null };
}
