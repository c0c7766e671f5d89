import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventStream, eventsOf } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place } from '../gates/program.ts';
import { type Seeded, seeded } from '../soak/seeded.ts';
import { AskedProgram, type Printed } from './asked-program.ts';
import { delivered } from './delivered.ts';
import { bytes, emptied, type RawAnswer, type RawServer, startRawServer } from './raw-server.ts';

// `npm run fuzz:sse` is the long run; the seed of a failure is in the test's name, and TENON_SEED repeats it
const long = process.env.MODE === 'fuzz';
const seed = Number(process.env.TENON_SEED ?? Date.now() % 1_000_000);
/** Prompts for one process: a conversation that grows makes every next prompt dearer. */
const batch = 60;
let program: string;

type Event = ReturnType<typeof eventsOf>[number] & { [field: string]: unknown };
const stream = (events: readonly Event[], eol = '\n') => Buffer.from(eventStream(events, eol));
const ok: RawAnswer = bytes(stream(eventsOf({ text: 'ok' })));

/** Thoughts, text outside of ASCII, and a call that leaves a trace when it runs. */
const events = (name: string) =>
  eventsOf({
    thinking: 'Hmm… let me see.',
    text: 'Grüße, 世界 🦊!',
    chunk: 7,
    calls: [{ id: `toolu_${name}`, name: 'Bash', input: { command: `echo ${name} >> ran.txt` } }],
  }) as Event[];

beforeAll(async () => {
  program = await builtCli();
}, 120_000);

interface Bench {
  readonly at: Place;
  readonly server: RawServer;
  start(env?: Record<string, string>, limit?: number): AskedProgram;
}

async function bench(): Promise<Bench> {
  const at = await place();
  const server = await startRawServer(ok);
  onTestFinished(async () => {
    await server[Symbol.asyncDispose]();
    await at[Symbol.asyncDispose]();
  });
  return {
    at,
    server,
    start(env, limit) {
      const asked = new AskedProgram(program, at, server.url, env, limit);
      onTestFinished(() => void asked.run.child.kill('SIGKILL'));
      return asked;
    },
  };
}

/** Blocks of answers, without what we say in their place. */
function answered(printed: readonly Printed[]): unknown[] {
  const answers = printed.filter(({ type, message }) => type === 'assistant' && message?.model !== '<synthetic>');
  return answers.flatMap(({ message }) => message!.content);
}

const ran = (at: Place): string[] => {
  try {
    return readFileSync(join(at.cwd, 'ran.txt'), 'utf8').trimEnd().split('\n');
  } catch {
    return []; // nothing ran
  }
};

function inBatches<T>(cases: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(cases.length / batch) }, (_, n) => cases.slice(n * batch, (n + 1) * batch));
}

describe('an answer that is cut', () => {
  const size = stream(events('cut-00000')).length;
  const step = long ? 1 : 29;
  const cuts = Array.from({ length: Math.ceil(size / step) + 1 }, (_, n) => Math.min(size, n * step));

  test.each(['ends', 'breaks'] as const)(
    `at every ${step === 1 ? '' : `${step}th `}byte and then %s: what was complete is kept, nothing else runs`,
    async (how) => {
      const { at, server, start } = await bench();
      for (const some of inBatches(cuts)) {
        const asked = start();
        let failed = false;
        for (const cut of some) {
          const name = `cut-${String(cut).padStart(5, '0')}`;
          const body = stream(events(name)).subarray(0, cut);
          server.answers.push(bytes(body, how));
          const printed = await asked.ask(name);
          const expected = delivered(body, how === 'ends');
          const blocks = answered(printed);
          expect(blocks.slice(0, expected.blocks.length), name).toMatchObject(expected.blocks);
          expect(blocks.length, name).toBe(expected.blocks.length + (expected.whole ? 1 : 0));
          expect(ran(at).includes(name), name).toBe(expected.whole);
          expect(printed.at(-1)?.is_error, name).toBe(!expected.whole);
          failed = !expected.whole;
        }
        expect(await asked.close()).toBe(failed ? 1 : 0);
        expect(asked.run.out.stderr).toBe('');
      }
      expect(server.problems).toEqual([]);
    },
    600_000,
  );

  test('every line end, every size of chunk: the answer is the same', async () => {
    const { at, server, start } = await bench();
    const asked = start();
    let number = 0;
    for (const eol of ['\n', '\r\n', '\r']) {
      for (const step of long ? [1, 2, 3, 5, 7, 64, 1000] : [1, 7]) {
        const name = `step-${++number}`;
        const body = stream(events(name), eol);
        server.answers.push(bytes(body, 'ends', step));
        const printed = await asked.ask(name);
        expect(answered(printed).slice(0, 3)).toMatchObject(delivered(body, true).blocks);
        expect(printed.at(-1)).toMatchObject({ is_error: false, result: 'ok' });
      }
    }
    expect(ran(at)).toHaveLength(number);
    expect(await asked.close()).toBe(0);
  }, 120_000);
});

describe('events that nobody knows', () => {
  const strangers: Record<string, string> = {
    'of a new type': 'event: future\ndata: {"type":"future_event","index":0,"more":{"a":[1]}}\n\n',
    'that are comments': ': keep-alive\n\n:\n\n',
    'without data': 'event: ping\n\nid: 7\nretry: 10\n\n',
    'with a new kind of delta':
      'data: {"type":"content_block_delta","index":1,"delta":{"type":"future_delta","x":1}}\n\n',
    'of a block that is not open': 'data: {"type":"content_block_stop","index":99}\n\n',
  };
  test.each(Object.entries(strangers))(
    '%s change nothing, wherever they stand',
    async (_name, raw) => {
      const { at, server, start } = await bench();
      const asked = start();
      const count = events('x').length;
      const places = Array.from({ length: count }, (_, n) => n).filter((n) => long || n % 4 === 0 || n === count - 1);
      for (const after of places) {
        const name = `stranger-${after}`;
        const all = events(name);
        server.answers.push(
          bytes(Buffer.concat([stream(all.slice(0, after)), Buffer.from(raw), stream(all.slice(after))])),
        );
        const printed = await asked.ask(name);
        expect(answered(printed).slice(0, 3), name).toMatchObject(delivered(stream(all), true).blocks);
        expect(printed.at(-1), name).toMatchObject({ is_error: false, result: 'ok' });
      }
      expect(ran(at)).toEqual(places.map((after) => `stranger-${after}`));
      expect(await asked.close()).toBe(0);
      expect(server.problems).toEqual([]);
    },
    120_000,
  );
});

describe('events that cannot be read', () => {
  const broken: Record<string, string | Buffer> = {
    'no JSON': 'data: {"type":"content_block_delta",\n\n',
    'no type': 'data: {"kind":"x"}\n\n',
    'a number': 'data: 5\n\n',
    null: 'data: null\n\n',
    'an HTML page': '<html><body>Bad gateway</body></html>\n\ndata: <p>\n\n',
    'bytes that are no UTF-8': Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0x20, 0xff, 0xfe, 0xc3, 0x28, 0x0a, 0x0a]),
  };
  test.each(Object.entries(broken))(
    '%s: an error that says so, and what came before is kept',
    async (_name, raw) => {
      const { at, server, start } = await bench();
      const asked = start();
      const count = events('x').length;
      const places = Array.from({ length: count - 1 }, (_, n) => n).filter((n) => long || n % 5 === 0);
      for (const after of places) {
        const name = `broken-${after}`;
        const all = events(name);
        const before = stream(all.slice(0, after));
        server.answers.push(bytes(Buffer.concat([before, Buffer.from(raw), stream(all.slice(after))])));
        const printed = await asked.ask(name);
        const { blocks } = delivered(before, false);
        expect(answered(printed), name).toHaveLength(blocks.length);
        expect(answered(printed), name).toMatchObject(blocks);
        expect(printed.at(-1), name).toMatchObject({
          is_error: true,
          result: expect.stringContaining('cannot be read'),
        });
      }
      expect(ran(at)).toEqual([]);
      expect(answered(await asked.ask('and now?'))).toEqual([{ type: 'text', text: 'ok' }]);
      expect(await asked.close()).toBe(0);
      expect(server.problems).toEqual([]);
    },
    120_000,
  );

  test('text that is no UTF-8, and halves of characters, become replacement characters', async () => {
    const { server, start } = await bench();
    const asked = start();
    const text = (inner: Buffer) => {
      const [head, tail] = eventStream(eventsOf({ text: '@@' })).split('@@') as [string, string];
      return Buffer.concat([Buffer.from(head), inner, Buffer.from(tail)]);
    };
    for (const inner of [
      Buffer.from([0x61, 0xff, 0x62]),
      Buffer.from('a\\ud83db'),
      Buffer.from([0x61, 0xe2, 0x82, 0x62]),
    ]) {
      server.answers.push(bytes(text(inner)));
      const printed = await asked.ask('go');
      expect(printed.at(-1)).toMatchObject({ is_error: false, result: expect.stringMatching(/^a.+b$/u) });
    }
    // what was kept of them can be sent again
    expect(await asked.ask('again').then((printed) => printed.at(-1))).toMatchObject({ is_error: false });
    expect(await asked.close()).toBe(0);
    expect(server.problems).toEqual([]);
  });
});

/** Turns a sound answer into one that no server should send. */
function mangled(all: readonly Event[], random: Seeded): unknown[] {
  const list: unknown[] = structuredClone([...all]);
  for (let times = 1 + random.number(3); times > 0; times--) {
    const at = random.number(list.length);
    const to = random.number(list.length);
    switch (random.number(6)) {
      case 0:
        list.splice(to, 0, ...list.splice(at, 1));
        break;
      case 1:
        list.splice(to, 0, structuredClone(list[at]));
        break;
      case 2:
        list.splice(at, 1);
        break;
      case 3:
        for (const event of list as Event[]) if (typeof event?.index === 'number') event.index = random.number(3) - 1;
        break;
      default:
        list[at] = withOneChange(list[at], random);
    }
    if (list.length === 0) list.push({ type: 'ping' });
  }
  return list;
}

const oddities = [
  null,
  '',
  'x',
  0,
  -1,
  1e300,
  true,
  [],
  {},
  [null],
  { type: 'text' },
  '\ud800',
  'y'.repeat(10_000),
] as const;

function withOneChange(value: unknown, random: Seeded): unknown {
  if (typeof value !== 'object' || value === null || random.number(4) === 0) return random.pick(oddities as never);
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  const fields = Object.keys(copy);
  if (fields.length === 0) return copy;
  const field = random.pick(fields as [string, ...string[]]);
  if (random.number(4) === 0) delete copy[field];
  else copy[field] = withOneChange(copy[field], random);
  return copy;
}

describe('events in disorder', () => {
  const cases = long ? 3000 : 120;
  test(`seed ${seed}: ${cases} answers that no server should send get a result each, and the next prompt works`, async () => {
    const random = seeded(seed);
    const { server, start } = await bench();
    for (const some of inBatches(Array.from({ length: cases }, (_, n) => n))) {
      const asked = start();
      for (const number of some) {
        const list = mangled(events(`odd-${number}`), random);
        server.answers.push(bytes(Buffer.from(list.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))));
        const printed = await asked.ask(`odd-${number}`).catch((error: Error) => {
          throw new Error(`case ${number}: ${error.message}\n${JSON.stringify(list)}`);
        });
        expect(printed.at(-1)?.type).toBe('result');
        expect(server.problems, JSON.stringify(list)).toEqual([]);
        // an answer that was only half used may have left answers for later requests behind
        server.answers.length = 0;
      }
      expect((await asked.ask('and now?')).at(-1)).toMatchObject({ is_error: false, result: 'ok' });
      expect(await asked.close()).toBe(0);
      expect(asked.run.out.stderr).not.toMatch(/\n\s+at /);
    }
  }, 900_000);
});

describe('answers without an end', () => {
  const endless =
    (piece: string, every: number): RawAnswer =>
    async (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(stream(eventsOf({ text: 'x' }).slice(0, 1)));
      while (!res.destroyed) {
        res.write(piece);
        await new Promise((resolve) => setTimeout(resolve, every));
      }
    };
  const ping = 'event: ping\ndata: {"type":"ping"}\n\n';

  test.each([
    ['pings', ping],
    ['comments', ': still here\n\n'],
    ['unknown events', 'data: {"type":"future_event"}\n\n'],
  ])('nothing but %s: the request is given up', async (_name, piece) => {
    const { server, start } = await bench();
    server.answers.push(endless(piece, 20));
    const asked = start({ API_TIMEOUT_MS: '1500', CLAUDE_STREAM_IDLE_TIMEOUT_MS: '1000' });
    expect((await asked.ask('go')).at(-1)).toMatchObject({ is_error: true });
    expect((await asked.ask('again')).at(-1)).toMatchObject({ is_error: false, result: 'ok' });
    expect(await asked.close()).toBe(0);
  });

  test('a signal ends the wait for one', async () => {
    const { server, start } = await bench();
    server.answers.push(endless(ping, 20));
    const asked = start();
    const going = asked.ask('go');
    await new Promise((resolve) => setTimeout(resolve, 500));
    asked.run.child.kill('SIGINT');
    expect((await going).at(-1)).toMatchObject({ subtype: 'error_during_execution' });
    expect((await asked.run.end).code).toBe(130);
  });
});

describe('large answers', () => {
  const megabytes = long ? 100 : 6;
  // what an answer must take: its text a few times over (as text, as JSON, as bytes on the way out)
  const most = 350 + megabytes * 8;

  const repeated =
    (head: Buffer, piece: Buffer, tail: Buffer): RawAnswer =>
    async (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(head);
      const many = Buffer.concat(Array.from({ length: Math.max(1, Math.floor(65_536 / piece.length)) }, () => piece));
      for (let sent = 0; sent < megabytes * 1024 * 1024 && !res.destroyed; sent += many.length) {
        if (!res.write(many)) await emptied(res);
      }
      res.end(tail);
    };

  async function peakOf(
    answer: RawAnswer,
  ): Promise<{ printed: readonly Printed[]; asked: AskedProgram; peak: number }> {
    const { server, start } = await bench();
    server.answers.push(answer);
    const asked = start({}, 300_000);
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, asked.peakMb);
    }, 20);
    const printed = await asked.ask('go', 240_000).finally(() => clearInterval(watch));
    peak = Math.max(peak, asked.peakMb);
    if (long) process.stdout.write(`${expect.getState().currentTestName}: ${peak} MB at most\n`);
    return { printed, asked, peak };
  }

  test(`${megabytes} MB of text in pieces arrive whole`, async () => {
    const all = eventsOf({ text: 'x' }).map((event) => stream([event]));
    const start = all.findIndex((one) => one.includes('content_block_delta'));
    const piece = stream([
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'z'.repeat(400) } },
    ]);
    const answer = repeated(Buffer.concat(all.slice(0, start)), piece, Buffer.concat(all.slice(start + 1)));
    const { printed, asked, peak } = await peakOf(answer);
    expect(printed.at(-1)).toMatchObject({ is_error: false });
    expect(printed.at(-1)?.result?.length).toBeGreaterThan(megabytes * 1024 * 1024 * 0.75);
    expect(await asked.close()).toBe(0);
    expect(peak).toBeLessThan(most);
  }, 300_000);

  test(`one line of ${megabytes} MB is read or refused, and does no harm`, async () => {
    const [head, tail] = eventStream(eventsOf({ text: '@@' })).split('@@') as [string, string];
    const { printed, asked, peak } = await peakOf(
      repeated(Buffer.from(head), Buffer.from('z'.repeat(1000)), Buffer.from(tail)),
    );
    if (megabytes > 64)
      expect(printed.at(-1)).toMatchObject({ is_error: true, result: expect.stringContaining('larger') });
    else expect(printed.at(-1)).toMatchObject({ is_error: false });
    expect((await asked.ask('and now?')).at(-1)).toMatchObject({ is_error: false });
    expect(await asked.close()).toBe(0);
    expect(peak).toBeLessThan(most);
  }, 300_000);

  test(`${megabytes} MB of a tool's input in pieces are put together`, async () => {
    const all = events('large').map((event) => stream([event]));
    const at = all.findLastIndex((one) => one.includes('input_json_delta'));
    const delta = (partial_json: string) =>
      stream([{ type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json } }]);
    const first = all.findIndex((one) => one.includes('input_json_delta'));
    const head = Buffer.concat([...all.slice(0, first), delta('{"command":"true ')]);
    const tail = Buffer.concat([delta('"}'), ...all.slice(at + 1)]);
    const { printed, asked, peak } = await peakOf(repeated(head, delta('#'.repeat(400)), tail));
    // whatever becomes of such a command: there is one result for it, and an end
    expect(printed.filter(({ type }) => type === 'user')).toHaveLength(1);
    expect(printed.at(-1)).toMatchObject({ type: 'result' });
    expect([0, 1]).toContain(await asked.close());
    expect(peak).toBeLessThan(most * 2);
  }, 300_000);
});

test('bytes that are no HTTP: an error, and exit code 1', async () => {
  const { at, start } = await bench();
  void at;
  for (const raw of [
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\nnot a chunk\r\n',
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 999999\r\n\r\ndata: {"type":"ping"}\n\n',
    'SSH-2.0-OpenSSH_9.6\r\n',
    'HTTP/1.1 999 What\r\n\r\n',
    '\u0000\u0001\u0002',
  ]) {
    const server = createServer((socket) => {
      socket.on('error', () => {}); // a reset by a client that gave up
      socket.once('data', () => socket.end(raw));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const asked = start({ ANTHROPIC_BASE_URL: url });
      expect((await asked.ask('go')).at(-1), JSON.stringify(raw)).toMatchObject({ is_error: true });
      expect(await asked.close()).toBe(1);
      expect(asked.run.out.stderr).toBe('');
    } finally {
      server.close();
    }
  }
}, 60_000);
