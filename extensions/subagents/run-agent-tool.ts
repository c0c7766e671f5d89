import type { TextBlock, ToolContext, ToolResult, Usage } from 'tenon/plugin-api';
import { trailer } from './agent-report.ts';
import { byDefault, runAgent } from './run-agent.ts';
import type { Workbench } from './workbench.ts';

export interface AgentInput {
  readonly description: string;
  readonly prompt: string;
  readonly subagent_type?: string;
  readonly model?: string;
  readonly effort?: string;
  readonly run_in_background?: boolean;
  readonly name?: string;
  readonly isolation?: 'worktree';
}

/** As SDK callers know it; `failed` and `stopped` are ours. */
export type AgentOutput =
  | {
      readonly status: 'async_launched';
      readonly isAsync: true;
      readonly agentId: string;
      readonly description: string;
      readonly prompt: string;
      readonly outputFile?: string;
    }
  | {
      readonly status: 'completed' | 'failed' | 'stopped';
      readonly agentId: string;
      readonly agentType: string;
      readonly prompt: string;
      readonly content: readonly TextBlock[];
      readonly totalTokens: number;
      readonly totalDurationMs: number;
      readonly totalToolUseCount: number;
      readonly usage: Usage;
      readonly worktreePath?: string;
      readonly worktreeBranch?: string;
    };

/** @throws Error in words for the model */
export async function runAgentTool(
  bench: Workbench,
  input: AgentInput,
  { session, id, signal }: ToolContext,
): Promise<ToolResult<AgentOutput>> {
  const { description, prompt, subagent_type: type, model, effort, run_in_background: background } = input;
  const { name, isolation } = input;
  const choose = byDefault(bench, session);
  const result = await runAgent(
    bench,
    {
      session,
      signal,
      toolUseId: id,
      description,
      prompt,
      ...(type !== undefined && type.trim() !== '' && { type: type.trim() }),
      ...(model !== undefined && { model }),
      ...(effort !== undefined && { effort }),
      ...(name !== undefined && { name }),
      ...(isolation !== undefined && { isolation }),
    },
    background === undefined ? choose : (definition) => background && choose({ ...definition, background: true }),
  );
  const { status, agentId, agentType, text, outputFile, worktreePath, worktreeBranch } = result;
  if (status === 'launched') {
    return {
      content: `The agent is at work in the background.\nagentId: ${agentId}\nIts report comes by itself. Do not look for it, and do not do its work yourself: go on with something else, or end your turn. SendMessage tells it more, TaskStop ends it.`,
      output: {
        status: 'async_launched',
        isAsync: true,
        agentId,
        description,
        prompt,
        ...(outputFile !== undefined && { outputFile }),
      },
    };
  }
  const content: readonly TextBlock[] = [{ type: 'text', text }];
  const { totalTokens, totalDurationMs, totalToolUseCount, usage } = result;
  return {
    content: [...content, { type: 'text', text: trailer(result) }],
    output: {
      status,
      agentId,
      agentType,
      prompt,
      content,
      totalTokens,
      totalDurationMs,
      totalToolUseCount,
      usage,
      ...(worktreePath !== undefined && { worktreePath }),
      ...(worktreeBranch !== undefined && { worktreeBranch }),
    },
    ...(status !== 'completed' && { isError: true }),
  };
}
