import { type DistroInfo, disposable, type Host, type TextInput, type TextOutput } from 'tenon/plugin-api';
import { layeredEnv } from 'tenon/plugin-api/lib/layered-env';

/** The process around a program under test: what it writes is kept, what it reads is given. */
export interface TestHost extends Host {
  /** Everything written so far. */
  readonly written: { readonly stdout: string; readonly stderr: string };
  /** Sends a signal to the program. @throws Error when nobody listens: the real process would end. */
  signal(name: Signal): void;
}
type Signal = Parameters<Host['onSignal']>[0];

export interface TestHostOptions {
  /** The command line without the program's name; default: empty. */
  readonly argv?: readonly string[];
  /** Absolute paths. */
  readonly cwd: string;
  readonly home: string;
  /** The whole environment of the program; `HOME` is set to `home`, and `PATH` is the real one unless it is given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the program reads: a text, or lines as they come. Default: nothing. */
  readonly stdin?: string | AsyncIterable<string>;
  readonly distro?: Partial<DistroInfo>;
}

/** Makes a host for a test. Standard input and output are not terminals. */
export function testHost(options: TestHostOptions): TestHost {
  const written = { stdout: '', stderr: '' };
  const listeners = new Map<Signal, Set<() => void>>();
  const layers = layeredEnv({ PATH: process.env.PATH, LANG: 'C.UTF-8', ...options.env, HOME: options.home });
  const output = (stream: 'stdout' | 'stderr'): TextOutput => ({
    write(text) {
      written[stream] += text;
      return undefined;
    },
    drained: async () => {},
    isTerminal: false,
    columns: undefined,
  });
  return {
    distro: {
      name: 'test',
      command: 'tenon',
      version: '0.0.0',
      folders: { user: '.claude', project: '.claude' },
      config: {},
      locked: [],
      plugins: 'user+project',
      ...options.distro,
    },
    argv: options.argv ?? [],
    cwd: options.cwd,
    home: options.home,
    get env() {
      return layers.env();
    },
    layEnv: layers.lay,
    stdin: textInput(options.stdin ?? ''),
    stdout: output('stdout'),
    stderr: output('stderr'),
    onSignal(name, fn) {
      const own = listeners.get(name) ?? new Set();
      listeners.set(name, own.add(fn));
      return disposable(() => void own.delete(fn));
    },
    written,
    signal(name) {
      const own = listeners.get(name);
      if (own === undefined || own.size === 0) throw new Error(`nobody listens to ${name}: it would end the program`);
      for (const fn of [...own]) fn();
    },
  };
}

function textInput(source: string | AsyncIterable<string>): TextInput {
  async function* lines() {
    if (typeof source !== 'string') return yield* source;
    const all = source.split('\n');
    if (all.at(-1) === '') all.pop();
    yield* all;
  }
  return {
    isTerminal: false,
    lines,
    async text() {
      if (typeof source === 'string') return source;
      const all: string[] = [];
      for await (const line of source) all.push(`${line}\n`);
      return all.join('');
    },
  };
}
