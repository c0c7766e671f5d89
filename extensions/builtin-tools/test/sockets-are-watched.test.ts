import type { AddressInfo } from 'node:net';
import { callTool, createHarness, say } from 'tenon/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

let server: WebSocketServer;
let url: string;
let came: Promise<WebSocket>;
let protocols: readonly string[];

beforeEach(async () => {
  server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (offered) => {
      protocols = [...offered];
      return [...offered][0] ?? false;
    },
  });
  await new Promise((resolve) => server.once('listening', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  came = new Promise((resolve) => server.once('connection', resolve));
});

afterEach(async () => {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

const watch = (input: object) => callTool('Monitor', { description: 'builds', timeout_ms: 60_000, ...input });
const allowed = { permissions: { allow: ['WebFetch(domain:127.0.0.1)', 'Bash(sleep *)'] } };

test('each message is told, and the end of the connection too', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools'],
    config: allowed,
    model: [
      watch({ ws: { url, protocols: ['v1'] } }),
      callTool('Bash', { command: 'sleep 0.4' }),
      callTool('Bash', { command: 'sleep 0.4' }),
      say('done'),
    ],
  });
  void came.then((socket) => {
    socket.send('one\nand more');
    socket.send(Buffer.from([1, 2, 3]));
    setTimeout(() => socket.close(1000, 'all built'), 450);
  });
  const run = await h.prompt('watch');
  const told = JSON.stringify(run.requests.at(-1)!.messages);
  expect(protocols).toEqual(['v1']);
  expect(told).toContain('builds: one and more\\nbuilds: (3 bytes)');
  expect(told).toContain('the connection was closed (1000, all built)');
});

test('nobody at the address, another kind of address, both ways and none are told', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [
      watch({ ws: { url: 'ws://127.0.0.1:1/' } }),
      watch({ ws: { url: url.replace('ws:', 'http:') } }),
      watch({ ws: { url }, command: 'true' }),
      watch({}),
      say('done'),
    ],
  });
  const run = await h.prompt('watch');
  expect(run.requests[1]).toContainToolResult(/ECONNREFUSED/);
  expect(run.requests[2]).toContainToolResult(/must begin with ws:/);
  for (const at of [3, 4]) expect(run.requests[at]).toContainToolResult(/either command or ws/);
});

test('hosts are covered by the rules for WebFetch', async () => {
  for (const [permissions, verdict] of [
    [{}, 'deny'],
    [{ allow: ['Monitor', 'WebFetch'], deny: ['WebFetch(domain:127.0.0.1)'] }, 'deny'],
    [{ allow: ['WebFetch(domain:example.com)'] }, 'deny'],
    [allowed.permissions, 'allow'],
  ] as const) {
    const h = await createHarness({
      bundled: ['builtin-tools'],
      config: { permissions },
      answers: { permission: 'deny' },
      model: [watch({ ws: { url } }), say('done')],
    });
    const run = await h.prompt('watch');
    expect(run.calls('Monitor')).toMatchObject([{ verdict }]);
    await (await h.session()).close('other');
  }
});

test('a socket ends with its time, with its session, and where its messages are too long', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools'],
    config: allowed,
    model: [
      watch({ ws: { url }, timeout_ms: 1000 }),
      callTool('Bash', { command: 'sleep 1.5' }),
      say('done'),
      watch({ ws: { url } }),
      say('done'),
    ],
  });
  const run = await h.prompt('watch');
  expect(JSON.stringify(run.requests[2]!.messages)).toContain('it was ended after 1000 ms');
  const next = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
  await h.prompt('again');
  const socket = await next;
  const gone = new Promise((resolve) => socket.once('close', resolve));
  await (await h.session()).close('other');
  await gone;
});
