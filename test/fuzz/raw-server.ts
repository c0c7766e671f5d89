import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { conversationProblems } from '../e2e/conversation-problems.ts';
import type { RequestBody } from '../fixtures/model-server/server.mjs';

/** Writes one answer, byte by byte as it likes, and ends or breaks it. */
export type RawAnswer = (res: ServerResponse) => void | Promise<void>;

/** A server whose answers are bytes rather than events. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** The next answers, in order. A request without one gets the text `ok`. */
  readonly answers: RawAnswer[];
  /** What is wrong with the requests that came. */
  readonly problems: string[];
}

export async function startRawServer(otherwise: RawAnswer): Promise<RawServer> {
  const answers: RawAnswer[] = [];
  const problems: string[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    res.on('error', () => {}); // the program may go away in the middle
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const { messages = [] } = JSON.parse(Buffer.concat(chunks).toString()) as RequestBody;
      problems.push(...conversationProblems(messages));
      void (async () => (answers.shift() ?? otherwise)(res))().catch((error: Error) => {
        problems.push(`the answer could not be written: ${error.message}`);
        res.destroy();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    problems,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer of these bytes, which then ends properly or breaks. */
export function bytes(body: Buffer, end: 'ends' | 'breaks' = 'ends', step = body.length): RawAnswer {
  return async (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let at = 0; at < body.length && !res.destroyed; at += Math.max(step, 1)) {
      const room = res.write(body.subarray(at, at + Math.max(step, 1)));
      // each piece is to arrive as a chunk of its own
      if (step < body.length) await new Promise((resolve) => setImmediate(resolve));
      if (!room) await emptied(res);
    }
    if (end === 'ends') return void res.end();
    await new Promise((resolve) => res.write('', resolve));
    res.socket?.destroySoon();
  };
}

/** Resolves when the socket takes more, or is gone. */
export function emptied(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (res.destroyed) return resolve();
    const done = () => {
      res.off('drain', done);
      res.off('close', done);
      resolve();
    };
    res.on('drain', done);
    res.on('close', done);
  });
}
