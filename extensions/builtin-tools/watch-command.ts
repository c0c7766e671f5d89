import type { TaskWork, ToolContext } from 'tenon/plugin-api';
import { RunningCommand } from './running-command.ts';
import { shellCommand } from './shell-command.ts';
import type { Workbench } from './workbench.ts';

/** Characters of one line that are held until its end comes. */
const WIDEST = 1_000;

/**
 * Runs a command in the background and tells each line it prints.
 * @param timeout milliseconds; 0: none
 */
export async function watchCommand(
  bench: Workbench,
  {
    description,
    command: text,
    timeout,
  }: { readonly description: string; readonly command: string; readonly timeout: number },
  context: ToolContext,
): Promise<TaskWork> {
  const shell = await shellCommand(bench.host, context.session, text);
  const command = new RunningCommand(bench, shell, context, { maxOutput: 30_000, background: true });
  const lines = new Lines();
  const work = await command.toBackground(
    { type: 'monitor', description, command: text },
    (task, stream, part) => {
      if (stream === 'stdout') for (const line of lines.add(part)) task.tell(`${description}: ${line}`);
    },
    timeout,
  );
  void command.result.then(
    () => {
      const rest = lines.rest();
      if (rest !== '') work.tell(`${description}: ${rest}`);
    },
    () => undefined, // its end tells why
  );
  return work;
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
