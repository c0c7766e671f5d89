import type { Stats } from 'node:fs';
import { type DistroInfo, disposable, type Host, type TextInput, type TextOutput } from '../../plugin-api/index.ts';
import { layeredEnv } from '../../plugin-api/lib/layered-env.ts';

/** Importing `node:fs` by name also loads Node's streams, which costs some 4 ms; this does not. */
const fs = () => process.getBuiltinModule('node:fs');

/** An output of the process. */
interface ProcessOutput extends TextOutput {
  /** Why it can no longer be written; a reader that has gone away is none. */
  readonly failure: Error | undefined;
}
export interface ProcessHost extends Host {
  readonly stdout: ProcessOutput;
}

/**
 * The Host of a real process. Streams are touched only when they are used.
 * @throws Error when the working directory is gone
 */
export function processHost(distro: DistroInfo, argv: readonly string[]): ProcessHost {
  const layers = layeredEnv(process.env);
  return {
    distro,
    argv,
    cwd: workingDirectory(),
    get home() {
      return homeFolder(process.env);
    },
    get env() {
      return layers.env();
    },
    layEnv: layers.lay,
    stdin: input(() => process.stdin),
    stdout: output(1, () => process.stdout),
    stderr: output(2, () => process.stderr),
    onSignal(signal, fn) {
      process.on(signal, fn);
      return disposable(() => void process.off(signal, fn));
    },
  };
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new Error('the working directory does not exist any more; change to a folder that exists, and start again', {
      cause,
    });
  }
}

/**
 * The user's home folder. Never the working directory: what a project brings along would count as the user's own.
 * @throws Error when neither the environment nor the system knows one
 */
function homeFolder({ HOME, USERPROFILE }: NodeJS.ProcessEnv): string {
  const { isAbsolute } = process.getBuiltinModule('node:path');
  const given = [HOME, USERPROFILE].find((path) => path !== undefined && isAbsolute(path));
  if (given !== undefined) return given;
  let known = '';
  try {
    known = process.getBuiltinModule('node:os').userInfo().homedir;
  } catch {
    // the system does not know this user: containers do that
  }
  if (isAbsolute(known)) return known;
  throw new Error('the home folder of this user is not known; set HOME to the absolute path of a folder');
}

/**
 * Writes to the descriptor itself as long as it takes everything, because making a stream of it costs several
 * milliseconds of every start; a stream takes over what the descriptor cannot take at once.
 */
function output(fd: number, stream: () => NodeJS.WriteStream): ProcessOutput {
  let opened: NodeJS.WriteStream | undefined;
  let controller: AbortController | undefined;
  let gone = false;
  let failure: Error | undefined;
  const close = (error?: NodeJS.ErrnoException) => {
    gone = true;
    if (error !== undefined && error.code !== 'EPIPE') failure ??= error;
    controller?.abort();
  };
  const open = () => {
    if (opened === undefined) {
      opened = stream();
      opened.on('error', close);
      opened.on('close', () => close());
    }
    return opened;
  };
  /** What the descriptor did not take. */
  const writeNow = (text: string): Buffer | undefined => {
    let rest = Buffer.from(text);
    try {
      while (rest.length > 0) rest = rest.subarray(fs().writeSync(fd, rest));
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return rest;
      // a reader that goes away (EPIPE) ends the output, not the program
      close(error as NodeJS.ErrnoException);
      return undefined;
    }
  };
  const wait = (to: NodeJS.WriteStream) =>
    new Promise<void>((resolve) => {
      const done = () => {
        for (const name of ['drain', 'error', 'close']) to.off(name, done);
        resolve();
      };
      for (const name of ['drain', 'error', 'close']) to.on(name, done);
    });
  return {
    write(text) {
      if (gone) return undefined;
      const direct = opened === undefined && process.platform !== 'win32';
      const rest = direct ? writeNow(text) : text;
      if (rest === undefined) return undefined;
      const to = open();
      return to.write(rest) ? undefined : wait(to);
    },
    async drained() {
      if (opened === undefined || gone || opened.writableLength === 0) return;
      const to = opened;
      await new Promise<void>((resolve) => {
        to.once('error', () => resolve());
        to.write('', () => resolve());
      });
    },
    get closed() {
      controller ??= new AbortController();
      if (gone) controller.abort();
      return controller.signal;
    },
    get failure() {
      return failure;
    },
    get isTerminal() {
      return isTerminal(fd);
    },
    get columns() {
      return isTerminal(fd) ? open().columns : undefined;
    },
  };
}

/** Asks for the terminal module, which is slow to load, only when the descriptor can be a terminal at all. */
function isTerminal(fd: number): boolean {
  try {
    const { stats, isNull } = kindOf(fd);
    return stats.isCharacterDevice() && !isNull && process.getBuiltinModule('node:tty').isatty(fd);
  } catch {
    return false; // a closed descriptor is no terminal
  }
}

function kindOf(fd: number): { readonly stats: Stats; readonly isNull: boolean } {
  const stats = fs().fstatSync(fd);
  const nothing = stats.isCharacterDevice() ? fs().statSync('/dev/null', { throwIfNoEntry: false }) : undefined;
  return { stats, isNull: nothing !== undefined && nothing.rdev === stats.rdev };
}

function input(stream: () => NodeJS.ReadStream): TextInput {
  return {
    get isTerminal() {
      return isTerminal(0);
    },
    async text() {
      let text = '';
      for await (const piece of pieces(stream)) text += piece;
      return text;
    },
    async *lines() {
      let rest = '';
      for await (const piece of pieces(stream)) {
        const parts = (rest + piece).split('\n');
        rest = parts.pop()!;
        for (const line of parts) yield line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      if (rest !== '') yield rest;
    },
  };
}

/**
 * Text as it comes in. A file is read without making a stream of it, which costs several milliseconds; /dev/null, where
 * scripts take their input from, is not read at all.
 */
async function* pieces(stream: () => NodeJS.ReadStream): AsyncGenerator<string> {
  const kind = fileKind(0);
  // to find its end by reading would start the threads that read files
  if (kind === 'null') return;
  if (kind === undefined) {
    const from = stream();
    from.setEncoding('utf8');
    for await (const chunk of from) yield chunk as string;
    return;
  }
  const decoder = new (process.getBuiltinModule('node:string_decoder').StringDecoder)('utf8');
  const buffer = Buffer.allocUnsafe(64 * 1024);
  for (let length = await read(0, buffer); length > 0; length = await read(0, buffer)) {
    yield decoder.write(buffer.subarray(0, length));
  }
  yield decoder.end();
}

function fileKind(fd: number): 'file' | 'null' | undefined {
  try {
    const { stats, isNull } = kindOf(fd);
    return isNull ? 'null' : stats.isFile() ? 'file' : undefined;
  } catch {
    return undefined; // closed: the stream says so
  }
}

function read(fd: number, buffer: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    fs().read(fd, buffer, 0, buffer.length, null, (error, length) =>
      error === null ? resolve(length) : reject(error),
    );
  });
}
