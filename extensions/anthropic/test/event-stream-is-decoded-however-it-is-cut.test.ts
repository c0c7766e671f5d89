import { describe, expect, test } from 'vitest';
import { eventStream, eventsOf } from '../../../test/fixtures/model-server/server.mjs';
import { EventStreamDecoder, EventStreamError } from '../event-stream.ts';

const events = eventsOf({
  text: 'Grüße, 世界 🌍! "quoted" \\ back\nslash',
  calls: [{ name: 'Bash', input: { command: 'ls' } }],
});

function decode(bytes: Uint8Array, ...cuts: number[]) {
  const decoder = new EventStreamDecoder();
  const found: unknown[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    found.push(...decoder.push(bytes.subarray(from, cut)));
    from = cut;
  }
  return found;
}

const decodeText = (text: string) => decode(Buffer.from(text));

describe.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('line ends %s', (_name, eol) => {
  // A bare CR at the very end could be half a CRLF, but ends the line all the same.
  const bytes = Buffer.from(`: a comment${eol}${eol}${eventStream(events, eol)}`);

  test('cut at every byte', () => {
    for (let cut = 0; cut <= bytes.length; cut++) expect(decode(bytes, cut)).toEqual(events);
  });

  test('byte by byte', () => {
    expect(decode(bytes, ...Array.from(bytes.keys()))).toEqual(events);
  });
});

test('a byte order mark, comments, other fields and missing spaces', () => {
  expect(
    decodeText('\uFEFF: hi\nid: 7\nretry: 10\nevent:ping\ndata:{"type":"ping"}\n\ndatabase: {"type":"no"}\n\ndata\n\n'),
  ).toEqual([{ type: 'ping' }]);
});

test('a byte order mark is only taken away at the start', () => {
  expect(decodeText('data: {"type":"ping"}\n\n\uFEFFdata: {"type":"lost"}\n\n')).toEqual([{ type: 'ping' }]);
});

test('the data lines of one event are one text', () => {
  expect(decodeText('data: {"type":\ndata: "ping",\ndata:"n":1}\n\n')).toEqual([{ type: 'ping', n: 1 }]);
});

test('unknown events are passed on', () => {
  expect(decodeText('event: later\ndata: {"type":"later","x":[1]}\n\n')).toEqual([{ type: 'later', x: [1] }]);
});

test('an event without its blank line is not given', () => {
  expect(decodeText('data: {"type":"ping"}\n')).toEqual([]);
});

test.each([
  ['no JSON', 'data: {"type":\n\n', /not JSON: \{"type":/],
  ['no type', 'data: {"kind":"ping"}\n\n', /no type/],
  ['no object', 'data: null\n\n', /no type/],
])('%s is an error that shows the event', (_name, text, message) => {
  expect(() => decodeText(text)).toThrow(EventStreamError);
  expect(() => decodeText(text)).toThrow(message);
});

test('an event larger than the limit is an error, in one line or in many', () => {
  const one = new EventStreamDecoder(1000);
  expect(() => {
    for (let at = 0; at < 100; at++) one.push(Buffer.from('data: 0123456789'));
  }).toThrow(/larger than 1000/);
  const many = new EventStreamDecoder(1000);
  expect(() => {
    for (let at = 0; at < 200; at++) many.push(Buffer.from('data: 0123456789\n'));
  }).toThrow(/larger than 1000/);
});

test('a long line that comes in many pieces is joined once', () => {
  const decoder = new EventStreamDecoder();
  const text = 'x'.repeat(8 * 1024 * 1024);
  const bytes = Buffer.from(`data: ${JSON.stringify({ type: 'big', text })}\n\n`);
  const found: unknown[] = [];
  for (let at = 0; at < bytes.length; at += 4096) found.push(...decoder.push(bytes.subarray(at, at + 4096)));
  expect(found).toEqual([{ type: 'big', text }]);
});
