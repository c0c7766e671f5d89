import {
  BackgroundTasks,
  Control,
  type Disposable,
  type ExtensionApi,
  Host,
  type Invocation,
  Loop,
  type Session,
} from 'tenon/plugin-api';
import { openOptions } from 'tenon/plugin-api/lib/open-options';
import { printOptions } from './print-options.ts';
import { JsonOutput, StreamJsonOutput, textOutput } from './print-output.ts';
import { type PrintRun, printRun } from './print-run.ts';
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
  let output: PrintRun['output'];
  let tapped: Disposable | undefined;
  if (options.output === 'stream-json') {
    const stream = new StreamJsonOutput(host, {
      version: host.distro.version,
      partial: options.partial,
      replay: options.replay,
      hooks: options.hooks,
      agentText: options.agentText,
      states: host.env.CLAUDE_CODE_SDK_READS_SESSION_STATE === '1',
      ...(api.has(Control) && { capabilities: ['interrupt_receipt_v1', 'interrupt_cancel_queued_v1'] }),
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
  const noted =
    options.output === 'stream-json'
      ? undefined
      : api.hooks.SessionEvent.tap({ match: 'informational' }, async ({ event }) =>
          (await import('./hook-notices.ts')).tellNotice(host, event),
        );
  try {
    const loop = await api.use(Loop);
    const connect = async (warn: (text: string) => void) => {
      const send = options.input === 'stream-json' ? (frame: object) => output.line?.(frame) : undefined;
      return (await api.use(Control)).connect({ warn, ...(send !== undefined && { send }) });
    };
    const warn = (text: string) => void host.stderr.write(`${host.distro.command}: ${text}\n`);
    const control = invocation.flags['permission-prompt-tool'] === undefined ? undefined : await connect(warn);
    const run: PrintRun = {
      host,
      loop,
      options,
      output,
      stop,
      open,
      idle: (session) => untilQuiet(api, session),
      ...(control !== undefined && { control }),
      ...(api.has(Control) && { connect }),
    };
    return await Promise.race([printRun(run), stop.urgent]);
  } finally {
    await stop.dispose();
    await tapped?.dispose();
    await noted?.dispose();
  }
}

/** Resolves when a session does nothing any more, and no agent is at work for it whose end it would answer by itself. */
async function untilQuiet(api: ExtensionApi, session: Session): Promise<void> {
  for (;;) {
    await untilIdle(api, session);
    if ((await api.maybe(BackgroundTasks)?.awaited(session)) !== true) return;
    // what has ended makes it go on, unless somebody stopped it
    await new Promise((resolve) => setImmediate(resolve));
    if (session.status === 'idle') return;
  }
}

/** Resolves when a session does nothing any more; one that stays open may have gone on by itself. */
async function untilIdle(api: ExtensionApi, session: Session): Promise<void> {
  if (session.status === 'idle') return;
  let tapped: Disposable | undefined;
  await new Promise<void>((resolve) => {
    tapped = api.hooks.SessionEvent.tap({ match: 'state', session }, ({ event }) => {
      if (event.type === 'state' && event.state === 'idle') resolve();
    });
  });
  await tapped?.dispose();
}
