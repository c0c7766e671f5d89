import type { ToolContext, ToolResult } from 'tenon/plugin-api';
import { isOn } from 'tenon/plugin-api/lib/child-env';
import { RunningCommand } from './running-command.ts';
import type { MonitorInput } from './schemas/monitor.schema.ts';
import { shellCommand } from './shell-command.ts';
import type { Workbench } from './workbench.ts';

export interface MonitorOutput {
  readonly taskId: string;
  readonly timeoutMs: number;
}

const DEFAULT_TIME = 300_000;
const MOST_TIME = 3_600_000;
/** Characters of one line that are held until its end comes. */
const WIDEST = 1_000;

/** @throws Error when commands in the background are switched off, or too many run */
export async function runMonitor(
  bench: Workbench,
  input: MonitorInput,
  context: ToolContext,
): Promise<ToolResult<MonitorOutput>> {
  const { host } = bench;
  if (isOn(host.env.CLAUDE_CODE_DISABLE_BACKGROUND_TASKS)) {
    throw new Error('commands in the background are switched off (CLAUDE_CODE_DISABLE_BACKGROUND_TASKS)');
  }
  const timeoutMs = Math.min(input.timeout_ms ?? DEFAULT_TIME, MOST_TIME);
  const shell = await shellCommand(host, context.session, input.command);
  const command = new RunningCommand(bench, shell, context, { maxOutput: 30_000, background: true });
  const { description } = input;
  const lines = new Lines();
  const work = await command.toBackground(
    { type: 'monitor', description, command: input.command },
    (task, stream, text) => {
      if (stream === 'stdout') for (const line of lines.add(text)) task.tell(`${description}: ${line}`);
    },
    input.persistent ? 0 : timeoutMs,
  );
  void command.result.then(
    () => {
      const rest = lines.rest();
      if (rest !== '') work.tell(`${description}: ${rest}`);
    },
    () => undefined, // its end tells why
  );
  const until = input.persistent ? 'until the session ends' : `for at most ${timeoutMs} ms`;
  return {
    content: `Watching as task ${work.task.id} ${until}. You are told each line before your next turn; end it with TaskStop.`,
    output: { taskId: work.task.id, timeoutMs },
  };
}

/** Cuts a text that comes in pieces into its lines, leaving out empty ones. */
class Lines {
  private part = '';

  add(text: string): readonly string[] {
    const pieces = text.split('\n');
    const last = pieces.pop()!;
    const lines = pieces.map((piece, at) => (at === 0 ? this.part + piece : piece));
    this.part = ((pieces.length === 0 ? this.part : '') + last).slice(0, WIDEST);
    return lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  }

  /** What stands after the last line end. */
  rest(): string {
    return this.part.trimEnd();
  }
}
