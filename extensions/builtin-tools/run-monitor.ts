import type { ToolContext, ToolResult } from 'tenon/plugin-api';
import { isOn } from 'tenon/plugin-api/lib/child-env';
import type { MonitorInput } from './schemas/monitor.schema.ts';
import type { Workbench } from './workbench.ts';

export interface MonitorOutput {
  readonly taskId: string;
  readonly timeoutMs: number;
}

const DEFAULT_TIME = 300_000;
const MOST_TIME = 3_600_000;

/** @throws Error when commands in the background are switched off, too many run, or nobody answers at the address */
export async function runMonitor(
  bench: Workbench,
  input: MonitorInput,
  context: ToolContext,
): Promise<ToolResult<MonitorOutput>> {
  if (isOn(bench.host.env.CLAUDE_CODE_DISABLE_BACKGROUND_TASKS)) {
    throw new Error('commands in the background are switched off (CLAUDE_CODE_DISABLE_BACKGROUND_TASKS)');
  }
  const { description, command, ws } = input;
  const timeoutMs = Math.min(input.timeout_ms ?? DEFAULT_TIME, MOST_TIME);
  const timeout = input.persistent ? 0 : timeoutMs;
  if ((command === undefined) === (ws === undefined)) {
    throw new Error('Monitor needs either command or ws, one of the two');
  }
  const { task } =
    ws === undefined
      ? await (await import('./watch-command.ts')).watchCommand(
          bench,
          { description, command: command!, timeout },
          context,
        )
      : await (await import('./watch-socket.ts')).watchSocket(bench, { description, ws, timeout }, context);
  const until = input.persistent ? 'until the session ends' : `for at most ${timeoutMs} ms`;
  return {
    content: `Watching as task ${task.id} ${until}. You are told each ${ws === undefined ? 'line' : 'message'} before your next turn; end it with TaskStop.`,
    output: { taskId: task.id, timeoutMs },
  };
}
