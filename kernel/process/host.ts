import { type DistroInfo, disposable, type Host, type TextInput, type TextOutput } from '../../plugin-api/index.ts';

/** The Host of a real process. Streams are touched only when they are used. */
export function processHost(distro: DistroInfo, argv: readonly string[]): Host {
  return {
    distro,
    argv,
    cwd: process.cwd(),
    get home() {
      return process.env.HOME ?? process.env.USERPROFILE ?? process.cwd();
    },
    env: process.env,
    stdin: input(() => process.stdin),
    stdout: output(() => process.stdout),
    stderr: output(() => process.stderr),
    onSignal(signal, fn) {
      process.on(signal, fn);
      return disposable(() => void process.off(signal, fn));
    },
  };
}

function output(stream: () => NodeJS.WriteStream): TextOutput {
  const closed = new AbortController();
  let opened: NodeJS.WriteStream | undefined;
  const open = () => {
    if (opened === undefined) {
      opened = stream();
      // a reader that goes away (EPIPE) ends the output, not the program
      const close = () => closed.abort();
      opened.on('error', close);
      opened.on('close', close);
    }
    return opened;
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
      const to = open();
      if (closed.signal.aborted) return undefined;
      return to.write(text) ? undefined : wait(to);
    },
    async drained() {
      if (opened === undefined || closed.signal.aborted || opened.writableLength === 0) return;
      const to = opened;
      await new Promise<void>((resolve) => {
        to.once('error', () => resolve());
        to.write('', () => resolve());
      });
    },
    closed: closed.signal,
    get isTerminal() {
      return stream().isTTY === true;
    },
    get columns() {
      return stream().columns;
    },
  };
}

function input(stream: () => NodeJS.ReadStream): TextInput {
  return {
    get isTerminal() {
      return stream().isTTY === true;
    },
    async text() {
      const from = stream();
      from.setEncoding('utf8');
      let text = '';
      for await (const chunk of from) text += chunk as string;
      return text;
    },
    async *lines() {
      const from = stream();
      from.setEncoding('utf8');
      let rest = '';
      for await (const chunk of from) {
        const parts = (rest + (chunk as string)).split('\n');
        rest = parts.pop()!;
        for (const line of parts) yield line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      if (rest !== '') yield rest;
    },
  };
}
