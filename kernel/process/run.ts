import { Cli, type Diagnostic } from '../../plugin-api/index.ts';
import { bounded } from '../../plugin-api/lib/bounded.ts';
import { userFolder } from '../../plugin-api/lib/user-folder.ts';
import { type Distro, hostEntry, infoOf } from '../distro.ts';
import { messageOf } from '../errors.ts';
import { createKernel, type Kernel } from '../kernel.ts';
import { watchLag } from '../lag.ts';
import { type ProcessHost, processHost } from './host.ts';
import { fileData } from './plugin-data.ts';
import { isPresent } from './present.ts';

/** Milliseconds that the end of the program may take as a whole. */
const EXIT_LIMIT = 10_000;
/** Warnings of the start that wait; more are said at once. */
const MOST_HELD = 200;

/**
 * Runs a distribution as this process: gives the command line to its `cli@1`, and ends the process with the exit code.
 * Nothing that hangs can keep the process alive.
 */
export async function runDistro(distro: Distro, argv: readonly string[]): Promise<never> {
  let host: ProcessHost;
  try {
    host = processHost(infoOf(distro), argv);
  } catch (error) {
    process.stderr.write(`${distro.command}: ${messageOf(error)}\n`);
    process.exit(1);
  }
  const debug = host.env.TENON_DEBUG !== undefined && host.env.TENON_DEBUG !== '';
  /** Warnings of the start, until it is known what runs. */
  let held: Diagnostic[] | undefined = debug ? undefined : [];
  const say = (diagnostic: Diagnostic) => {
    const { level, code, extension, message, cause } = diagnostic;
    if (level === 'warning' && held !== undefined && held.length < MOST_HELD) {
      held.push(diagnostic);
      return;
    }
    if (!debug && (level === 'debug' || level === 'info')) return;
    const who = code === 'LOG' ? `${extension}: ` : '';
    const stack = debug && cause instanceof Error ? `\n${cause.stack}` : '';
    void host.stderr.write(
      `${distro.command}: ${level === 'error' ? '' : `${level}: `}${who}${printable(message)}${stack}\n`,
    );
  };
  const release = () => {
    const warnings = held ?? [];
    held = undefined;
    for (const one of warnings) say(one);
  };
  const kernel = createKernel({
    entries: [hostEntry(host), ...distro.extensions],
    projectDir: host.cwd,
    present: (what) => isPresent(what, host),
    dataFor: (id) => fileData(`${userFolder(host)}/tenon/data`)(id),
    thorough: debug,
    onDiagnostic: say,
  });
  watchLag(kernel);
  process.on('unhandledRejection', (error) => blame(kernel, error));
  process.on('uncaughtException', (error) => {
    blame(kernel, error);
    void end(1, 'uncaughtException');
  });
  let ending = false;
  const end = async (code: number, reason: string): Promise<never> => {
    if (!ending) {
      ending = true;
      release();
      await bounded(kernel.exit({ code, reason }), EXIT_LIMIT).catch(() => {
        const open = kernel.extensions.pending().map(({ extension, what }) => `${extension} in ${what}`);
        kernel.report(
          'warning',
          'DISPOSE_FAILED',
          'kernel',
          `the program ends although something goes on: ${open.join(', ') || 'unknown'}`,
        );
      });
      const drained = () => bounded(Promise.all([host.stdout.drained(), host.stderr.drained()]), EXIT_LIMIT);
      await drained().catch(() => undefined); // a reader that does not read
      const { failure } = host.stdout;
      if (failure !== undefined) {
        void host.stderr.write(`${distro.command}: standard output cannot be written: ${failure.message}\n`);
        await drained().catch(() => undefined); // likewise
        process.exit(code === 0 ? 1 : code);
      }
    }
    process.exit(code);
  };
  try {
    // nothing that could be found changes the version
    const plain = argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v');
    if (!plain) await kernel.start({ mode: argv[0]?.startsWith('-') === false ? argv[0] : 'main', argv });
    const cli = await kernel.use(Cli);
    if (held !== undefined && held.length > 0) held = [...((await cli.startWarnings?.(argv, held)) ?? held)];
    release();
    return await end(await cli.run(argv), 'done');
  } catch (error) {
    release();
    kernel.report('error', 'LOG', 'kernel', messageOf(error), error);
    return await end(1, 'error');
  }
}

/** A promise that an extension forgot must not end everybody else's work. */
function blame(kernel: Kernel, error: unknown): void {
  const { extension } = kernel.lastEntered;
  kernel.report(
    'error',
    'LOG',
    extension,
    `an error that nobody handled (${extension} was entered last): ${messageOf(error)}`,
    error,
  );
}

/** Messages may quote what a model or a repository wrote: nothing of it may steer the terminal. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    '\ufffd',
  );
}
