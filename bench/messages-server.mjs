import { createServer } from 'node:http';

/**
 * A server that speaks the Messages API on 127.0.0.1 and answers what `answer` says. No faults, no
 * checks: what it costs is the same for everybody who is measured.
 *
 * @param {(request: any, seen: Seen) => Block[] | Promise<Block[]>} answer content blocks for a parsed request body.
 *   A text may be a list of deltas; a tool call is `{ type: 'tool_use', name, input }`.
 * @param {{ eventsPerWrite?: number }} [options]
 * @returns {Promise<{ url: string, requests: Seen[], close(): Promise<void> }>}
 *
 * @typedef {{ type: 'text', text: string | string[] } | { type: 'tool_use', name: string, input: object }} Block
 * @typedef {{ at: number, bytes: number, tools: number }} Seen `at`: performance.now() at the headers' arrival; `tools`:
 *   how many were offered
 */
export async function startMessagesServer(answer, { eventsPerWrite = 16 } = {}) {
  const requests = [];
  const server = createServer((request, response) => {
    const at = performance.now();
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      respond(at, request, Buffer.concat(chunks), response).catch((error) => {
        if (!response.headersSent)
          json(response, 500, { type: 'error', error: { type: 'api_error', message: error.message } });
        else response.destroy();
      });
    });
  });

  async function respond(at, request, raw, response) {
    const path = new URL(request.url, 'http://localhost').pathname;
    if (request.method !== 'POST' || !/\/v1\/messages(\/count_tokens)?$/.test(path)) {
      return json(response, 404, {
        type: 'error',
        error: { type: 'not_found_error', message: `No such path: ${path}` },
      });
    }
    const body = JSON.parse(raw.toString('utf8'));
    if (path.endsWith('/count_tokens')) return json(response, 200, { input_tokens: 1000 });
    const seen = { at, bytes: raw.length, tools: body.tools?.length ?? 0 };
    requests.push(seen);
    const blocks = await answer(body, seen);
    if (body.stream) return stream(response, head(body.model), blocks, eventsPerWrite);
    json(response, 200, { ...head(body.model), content: blocks.map(whole), stop_reason: stopReason(blocks) });
  }

  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

let ids = 0;
const id = (prefix) => `${prefix}_${String(++ids).padStart(12, '0')}`;
const usage = { input_tokens: 1000, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
const head = (model) => ({
  id: id('msg'),
  type: 'message',
  role: 'assistant',
  model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage,
});
const stopReason = (blocks) => (blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn');
const whole = (block) =>
  block.type === 'text'
    ? { type: 'text', text: [block.text].flat().join('') }
    : { type: 'tool_use', id: id('toolu'), name: block.name, input: block.input };

function json(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function* events(message, blocks) {
  yield { type: 'message_start', message };
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'text') {
      yield { type: 'content_block_start', index, content_block: { type: 'text', text: '' } };
      for (const text of [block.text].flat())
        yield { type: 'content_block_delta', index, delta: { type: 'text_delta', text } };
    } else {
      yield {
        type: 'content_block_start',
        index,
        content_block: { type: 'tool_use', id: id('toolu'), name: block.name, input: {} },
      };
      yield {
        type: 'content_block_delta',
        index,
        delta: { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
      };
    }
    yield { type: 'content_block_stop', index };
  }
  yield {
    type: 'message_delta',
    delta: { stop_reason: stopReason(blocks), stop_sequence: null },
    usage: { output_tokens: 50 },
  };
  yield { type: 'message_stop' };
}

function drained(response) {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

async function stream(response, message, blocks, eventsPerWrite) {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'request-id': id('req'),
  });
  let batch = '';
  let count = 0;
  for (const event of events(message, blocks)) {
    batch += `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
    if (++count % eventsPerWrite > 0) continue;
    if (!response.write(batch)) await drained(response);
    if (response.destroyed) return;
    batch = '';
  }
  response.end(batch);
}
