import { BackgroundTasks, type TaskEnd, type TaskWork, type ToolContext } from 'tenon/plugin-api';
import type { Workbench } from './workbench.ts';

/** Milliseconds until the other side must have agreed. */
const HANDSHAKE = 10_000;
/** Bytes of one message; a longer one ends the connection. */
const LONGEST = 1024 * 1024;
/** Characters of a message that are told; the whole of it is in the task's output. */
const WIDEST = 1_000;

/**
 * Connects to a WebSocket in the background and tells each text message that comes.
 * @param timeout milliseconds; 0: none
 * @throws Error when the address is none of a WebSocket, or nobody answers there
 */
export async function watchSocket(
  bench: Workbench,
  watched: {
    readonly description: string;
    readonly ws: { readonly url: string; readonly protocols?: readonly string[] | undefined };
    readonly timeout: number;
  },
  context: ToolContext,
): Promise<TaskWork> {
  const { description, timeout } = watched;
  const { url, protocols = [] } = watched.ws;
  if (!/^wss?:\/\//i.test(url)) throw new Error(`ws.url: ${JSON.stringify(url)} must begin with ws:// or wss://`);
  const { WebSocket } = await import('ws');
  const options = { handshakeTimeout: HANDSHAKE, maxPayload: LONGEST, followRedirects: false };
  const socket = new WebSocket(url, [...protocols], options);
  let why: TaskEnd | undefined;
  const end = (how: TaskEnd) => {
    why ??= how;
    socket.terminate();
  };
  const refused = () => end({ status: 'killed', summary: 'interrupted before it was connected' });
  context.signal.addEventListener('abort', refused, { once: true });
  let work: TaskWork | undefined;
  const waiting: string[] = [];
  const heard = (text: string) => {
    if (work === undefined) return void waiting.push(text);
    const full = work.write(`${text}\n`);
    if (full !== undefined) {
      socket.pause();
      void full.then(() => socket.resume());
    }
    const line = text.replace(/\s+/g, ' ').trim();
    if (line !== '') work.tell(`${description}: ${line.length > WIDEST ? `${line.slice(0, WIDEST)}…` : line}`);
  };
  socket.on('message', (data, binary) =>
    heard(binary ? `(${String((data as Buffer).length)} bytes)` : data.toString()),
  );
  const closed = new Promise<void>((resolve) => {
    socket.on('error', (error) => end({ status: 'failed', summary: `the connection failed: ${error.message}` }));
    socket.on('close', (code, reason) => {
      const text = reason.toString();
      why ??= { status: 'completed', summary: `the connection was closed (${code}${text === '' ? '' : `, ${text}`})` };
      resolve();
    });
  });
  await Promise.race([new Promise((resolve) => socket.once('open', resolve)), closed]);
  context.signal.removeEventListener('abort', refused);
  if (why !== undefined) throw new Error(`${url}: ${why.summary}`);
  const tasks = await bench.api.use(BackgroundTasks);
  try {
    const stop = () => end({ status: 'killed', summary: 'it was stopped' });
    work = await tasks.start(context.session, { type: 'monitor', description, toolUseId: context.id, stop });
  } catch (error) {
    socket.terminate();
    throw error;
  }
  for (const text of waiting.splice(0)) heard(text);
  const timer =
    timeout === 0
      ? undefined
      : setTimeout(() => end({ status: 'killed', summary: `it was ended after ${timeout} ms` }), timeout);
  const begun = work;
  void closed.then(() => {
    clearTimeout(timer);
    return begun.end(why!);
  });
  return begun;
}
