import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a request held. */
export interface SeenRequest {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly messages: readonly {
      readonly role: string;
      readonly content: unknown;
      readonly [field: string]: unknown;
    }[];
    readonly tools?: readonly { readonly function: { readonly name: string } }[];
  };
}
/** An answer: pieces of the stream as they are written, or an error. */
export type Reply =
  | { readonly chunks: readonly object[]; readonly cut?: boolean }
  | { readonly status: number; readonly body: string };

/** A server that speaks chat completions and answers from a list. Written in odd pieces, as networks do. */
export async function chatServer(replies: readonly Reply[]) {
  const requests: SeenRequest[] = [];
  const waiting = [...replies];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    request.on('end', () => {
      requests.push({ path: request.url, headers: request.headers, body: JSON.parse(text) as SeenRequest['body'] });
      const reply = waiting.shift() ?? { status: 500, body: 'no more replies' };
      if ('status' in reply) return void response.writeHead(reply.status).end(reply.body);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const lines = reply.chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
      const stream = `: comment\n\n${lines}${reply.cut ? '' : 'data: [DONE]\n\n'}`;
      for (let at = 0; at < stream.length; at += 37) response.write(stream.slice(at, at + 37));
      if (reply.cut) response.destroy();
      else response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests };
}

/** The chunks of an answer with text and calls. */
export function chunksOf(
  text: string,
  calls: readonly { readonly name: string; readonly input: object }[] = [],
): object[] {
  const delta = (fields: object, finish: string | null = null) => ({
    id: 'chatcmpl-1',
    choices: [{ index: 0, delta: fields, finish_reason: finish }],
  });
  return [
    delta({ role: 'assistant', content: '' }),
    ...[...text].map((letter) => delta({ content: letter })),
    ...calls.flatMap(({ name, input }, index) => {
      const json = JSON.stringify(input);
      return [
        delta({ tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } }] }),
        delta({ tool_calls: [{ index, function: { arguments: json.slice(0, 5) } }] }),
        delta({ tool_calls: [{ index, function: { arguments: json.slice(5) } }] }),
      ];
    }),
    delta({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    { id: 'chatcmpl-1', choices: [], usage: { prompt_tokens: 11, completion_tokens: 7 } },
  ];
}
