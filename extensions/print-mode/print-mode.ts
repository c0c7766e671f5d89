import { type Disposable, type ExtensionApi, Host, type Invocation, Loop } from 'tenon/plugin-api';
import { openOptions } from 'tenon/plugin-api/lib/open-options';
import { printOptions } from './print-options.ts';
import { JsonOutput, type PrintOutput, StreamJsonOutput, textOutput } from './print-output.ts';
import { printRun } from './print-run.ts';
import { stopRequest } from './stop-request.ts';

/**
 * Runs print mode.
 * @returns the exit code: 0, 1 for an error result or a reader that went away, 130 and the like for signals
 * @throws UsageError for a command line that makes no sense
 */
export async function runPrintMode(api: ExtensionApi, invocation: Invocation): Promise<number> {
  const options = printOptions(invocation);
  const host = await api.use(Host);
  const open = { cwd: host.cwd, deferrable: true, ...openOptions(invocation, host) };
  const stop = stopRequest(host);
  let output: PrintOutput;
  let tapped: Disposable | undefined;
  if (options.output === 'stream-json') {
    const stream = new StreamJsonOutput(host, {
      version: host.distro.version,
      partial: options.partial,
      replay: options.replay,
      states: host.env.CLAUDE_CODE_SDK_READS_SESSION_STATE === '1',
    });
    // a long answer is a hundred thousand pieces: where nobody reads them, they do not come here
    tapped = api.hooks.SessionEvent.tap(options.partial ? {} : { match: /^(?!stream_event$)/ }, (value) =>
      stream.event(value),
    );
    output = stream;
  } else if (options.output === 'json') {
    const json = new JsonOutput(host);
    tapped = api.hooks.SessionEvent.tap({ match: 'result' }, (value) => json.event(value));
    output = json;
  } else output = textOutput(host);
  try {
    const loop = await api.use(Loop);
    return await Promise.race([printRun({ host, loop, options, output, stop, open }), stop.urgent]);
  } finally {
    await stop.dispose();
    await tapped?.dispose();
  }
}
