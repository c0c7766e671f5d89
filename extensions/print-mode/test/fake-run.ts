import type {
  Disposable,
  Host,
  Loop,
  OpenOptions,
  ResultEvent,
  Session,
  SessionEvent,
  SessionEventBody,
  UserInput,
} from 'tenon/plugin-api';
import { printOptions } from '../print-options.ts';
import { JsonOutput, StreamJsonOutput, textOutput } from '../print-output.ts';
import { printRun } from '../print-run.ts';
import { stopRequest } from '../stop-request.ts';

const sessionId = '11111111-1111-4111-8111-111111111111';

export function result(more: Partial<ResultEvent> = {}): ResultEvent {
  return {
    type: 'result',
    subtype: 'success',
    isError: false,
    result: 'hello',
    errors: [],
    durationMs: 1,
    durationApiMs: 1,
    numTurns: 1,
    stopReason: 'end_turn',
    terminalReason: 'completed',
    totalCostUsd: 0,
    usage: { input_tokens: 1, output_tokens: 1 },
    modelUsage: {},
    permissionDenials: [],
    ...more,
  };
}

export const interruptedResult = result({
  subtype: 'error_during_execution',
  isError: true,
  result: '',
  errors: ['interrupted'],
  terminalReason: 'aborted_streaming',
});

export interface FakeOptions {
  readonly argv?: Readonly<Record<string, string | boolean>>;
  readonly args?: readonly string[];
  readonly stdin?: AsyncIterable<string> | readonly string[] | 'terminal';
  readonly terminal?: boolean;
  /** Answers a prompt; `interrupted` resolves when the session is interrupted. */
  answer?(input: UserInput, interrupted: Promise<void>, emit: (body: SessionEventBody) => void): Promise<ResultEvent>;
  openFails?: Error;
  /** Events that come while the session is opened. */
  readonly opening?: readonly SessionEventBody[];
  /** The reader wants to know the session's state. */
  readonly states?: boolean;
  readonly open?: Partial<OpenOptions>;
  /** Ends nothing: neither interrupt nor the prompt. */
  readonly hangs?: boolean;
}

/** Print mode around a loop and a process that are under the test's control. */
export function fakeRun(given: FakeOptions = {}) {
  const written = { stdout: '', stderr: '' };
  const log: string[] = [];
  const closed = new AbortController();
  const listeners = new Map<string, Set<() => void>>();
  const out = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[name] += text;
      return undefined;
    },
    drained: async () => {},
    isTerminal: given.terminal === true,
    columns: undefined,
    ...(name === 'stdout' ? { closed: closed.signal } : {}),
  });
  const stdin = given.stdin ?? [];
  const host: Host = {
    distro: {
      name: 'Test',
      command: 'tenon',
      version: '1.2.3',
      folders: { user: '.x', project: '.x' },
      config: {},
      locked: [],
      plugins: 'none',
    },
    argv: [],
    cwd: '/work',
    home: '/home/me',
    env: {},
    layEnv() {},
    stdin: {
      isTerminal: stdin === 'terminal',
      text: async () => '',
      async *lines() {
        if (stdin !== 'terminal') yield* stdin;
      },
    },
    stdout: out('stdout'),
    stderr: out('stderr'),
    onSignal(signal, fn): Disposable {
      const own = listeners.get(signal) ?? new Set();
      listeners.set(signal, own.add(fn));
      return { dispose: () => void own.delete(fn) };
    },
  };
  const options = printOptions({
    flags: { print: true, verbose: true, ...given.argv },
    args: given.args ?? [],
    argv: [],
  });
  const stream =
    options.output === 'stream-json'
      ? new StreamJsonOutput(host, { version: '1.2.3', states: given.states === true, ...options })
      : undefined;
  const json = options.output === 'json' ? new JsonOutput(host) : undefined;
  const output = stream ?? json ?? textOutput(host);
  let seq = 0;
  let interrupt = () => {};
  let running: Promise<unknown> = Promise.resolve();
  const emit = (body: SessionEventBody) => {
    seq++;
    const event = { ...body, seq, uuid: `u${seq}`, sessionId, time: 0, parentToolUseId: null } as SessionEvent;
    void stream?.event({ session, event });
    if (event.type === 'result') json?.event({ session, event });
    return event;
  };
  const answer = async (input: UserInput) => {
    log.push(`send ${typeof input.content === 'string' ? input.content : JSON.stringify(input.content)}`);
    const interrupted = new Promise<void>((resolve) => {
      interrupt = resolve;
    });
    emit({ type: 'state', state: 'running' });
    emit({
      type: 'init',
      cwd: '/work',
      model: 'm',
      permissionMode: 'default',
      tools: [],
      apiKeySource: 'none',
      extra: {},
    });
    const answering = given.answer?.(input, interrupted, emit) ?? Promise.resolve(result());
    running = given.hangs ? Promise.resolve() : answering;
    return emit(await answering);
  };
  let last: Promise<unknown> = Promise.resolve();
  const session = {
    id: sessionId,
    // one after the other, as in a session of the loop
    send(input: UserInput) {
      const answered = last.then(() => answer(input));
      last = answered.catch(() => undefined); // whoever sent it is told
      return answered;
    },
    async interrupt() {
      log.push('interrupt');
      if (given.hangs) return;
      interrupt();
      await running;
    },
    async close() {
      log.push('close');
    },
  } as unknown as Session;
  const loop = {
    async open(open: object) {
      log.push(`open ${JSON.stringify(open)}`);
      if (given.openFails !== undefined) throw given.openFails;
      for (const body of given.opening ?? []) emit(body);
      emit({ type: 'informational', level: 'info', content: 'resumed' });
      return session;
    },
  } as unknown as Loop;
  const stop = stopRequest(host);
  const code = Promise.race([
    printRun({ host, loop, options, output, stop, open: { cwd: '/work', ...given.open }, idle: async () => {} }),
    stop.urgent,
  ]);
  return {
    code,
    written,
    log,
    closed,
    messages: () =>
      written.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    signal(name: 'SIGINT' | 'SIGTERM') {
      for (const fn of [...(listeners.get(name) ?? [])]) fn();
    },
  };
}
