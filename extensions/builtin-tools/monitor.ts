import type { Tool } from 'tenon/plugin-api';
import { parseInput } from './parse-input.ts';
import type { MonitorOutput } from './run-monitor.ts';
import type { MonitorInput } from './schemas/monitor.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Runs a command in the background, or listens to a WebSocket, and tells you each line or message that comes, before your next turn. For events: \`tail -F log | grep --line-buffered ERROR\`, or a loop that looks and prints when something is new. Print little; to wait for one thing use Bash with run_in_background.`;

/** Watches something for the model. */
export function monitorTool(bench: Workbench): Tool<MonitorInput, MonitorOutput> {
  return {
    name: 'Monitor',
    description,
    inputSchema: schemas.Monitor,
    parse: parseInput<MonitorInput>('Monitor'),
    readOnly: () => false,
    access: ({ command, ws }) => ({
      ...(command !== undefined && { command }),
      ...(ws !== undefined && { url: ws.url }),
    }),
    run: async (input, context) => (await import('./run-monitor.ts')).runMonitor(bench, input, context),
  };
}
