import { AsyncLocalStorage, createHook } from 'node:async_hooks';

/** Something that keeps a process alive and was started under watch. */
export interface Leftover {
  /** `a timer`, `a socket`. */
  readonly what: string;
  /** Where it was started: the nearest lines that are not Node's own. */
  readonly where: readonly string[];
}

/** Notes the timers, sockets, servers, processes and watchers that are started by a piece of code. */
export interface Watch {
  /** Runs `fn`; what it starts, at once or later, is noted. */
  run<T>(fn: () => T): T;
  /** What is still open, after waiting up to `ms` milliseconds for it to close. Ends the watch. */
  leftovers(ms: number): Promise<readonly Leftover[]>;
}

interface Started {
  readonly what: string;
  readonly where: readonly string[];
  readonly resource: { hasRef?(): boolean; getsockname?(out: object): number };
}

const KINDS: Readonly<Record<string, string>> = {
  Timeout: 'a timer (setTimeout or setInterval)',
  TCPWRAP: 'a socket',
  TCPSERVERWRAP: 'a listening server',
  PIPEWRAP: 'a pipe or Unix socket',
  PIPESERVERWRAP: 'a listening Unix socket',
  UDPWRAP: 'a UDP socket',
  PROCESSWRAP: 'a child process',
  FSEVENTWRAP: 'a file watcher (fs.watch)',
  STATWATCHER: 'a file watcher (fs.watchFile)',
  WORKER: 'a worker thread',
};
// what a test runner does while the code runs is not the code's
const NOT_OURS = /node_modules[\\/](?:@vitest|vitest|vite|birpc|tinypool)[\\/]/;

const owner = new AsyncLocalStorage<Map<number, Started>>();
const { setTimeout: realTimeout } = globalThis;
let watches = 0;

const hook = createHook({
  init(id, type, _trigger, resource) {
    const what = KINDS[type];
    if (what === undefined) return;
    const started = owner.getStore();
    if (started === undefined) return;
    const where = callers();
    if (where === undefined) return;
    started.set(id, { what, where, resource });
    byId.set(id, started);
  },
  destroy(id) {
    byId.get(id)?.delete(id);
    byId.delete(id);
  },
});
const byId = new Map<number, Map<number, Started>>();

/** Starts a watch. It follows asynchronous calls, so tests that run side by side do not see each other's. */
export function watch(): Watch {
  const started = new Map<number, Started>();
  // Node opens these at their first use, which may be the end of some socket; they are nobody's leftovers.
  void [process.stdout, process.stderr];
  if (watches++ === 0) hook.enable();
  let ended = false;
  const open = () => [...started.values()].filter(({ resource }) => resource.hasRef?.() !== false);
  return {
    run: (fn) => owner.run(started, fn),
    async leftovers(ms) {
      const until = Date.now() + ms;
      while (open().length > 0 && Date.now() < until) {
        await owner.exit(() => new Promise((resolve) => realTimeout(resolve, 10)));
      }
      const found = open().map(({ what, where, resource }) => ({ what: what + portOf(resource), where }));
      if (!ended) {
        ended = true;
        for (const id of started.keys()) byId.delete(id);
        if (--watches === 0) hook.disable();
      }
      return found;
    },
  };
}

/** Node opens some servers in its own time, when nobody's code is on the stack; the port then tells which one it is. */
function portOf(resource: Started['resource']): string {
  const address: { port?: number } = {};
  resource.getsockname?.(address);
  return address.port === undefined ? '' : ` on port ${address.port}`;
}

/** The lines that led here, nearest first; `undefined` when it was the test runner's doing. */
function callers(): readonly string[] | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 25;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  const lines = stack
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/^at /, ''));
  const own = lines.filter((line) => !/\(?node:|leftovers\.[tj]s|\(<anonymous>\)/.test(line));
  if (own[0] !== undefined && NOT_OURS.test(own[0])) return undefined;
  return own.filter((line) => !line.includes('node_modules')).slice(0, 3);
}
