import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventStream, eventsOf } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place, runProgram } from '../gates/program.ts';

let program: string;
let at: Place;
let server: Server;
let url: string;
let certificate: string;
let requests = 0;

beforeAll(async () => {
  program = await builtCli();
  at = await place();
  certificate = join(at.home, 'ca.pem');
  const key = join(at.home, 'key.pem');
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost';
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=own authority'],
    ...['-addext', names, '-keyout', key, '-out', certificate],
  ]);
  server = createServer({ key: await readFile(key), cert: await readFile(certificate) }, (request, response) => {
    requests++;
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(eventStream(eventsOf({ text: 'Over TLS.' })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 240_000);

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await at[Symbol.asyncDispose]();
});

const ask = (env: Record<string, string>) =>
  runProgram(program, ['-p', 'hello', '--model', 'claude-test'], at, {
    env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'test', ...env },
  });

test('a server with a certificate of its own is trusted with NODE_EXTRA_CA_CERTS', async () => {
  expect(await ask({ NODE_EXTRA_CA_CERTS: certificate })).toMatchObject({ code: 0, stdout: 'Over TLS.\n' });
  expect(requests).toBe(1);
});

test('without it nothing is sent, and the message names the variable', async () => {
  const before = requests;
  const run = await ask({});
  expect(run.code).toBe(1);
  expect(run.stdout + run.stderr).toMatch(/certificate of 127\.0\.0\.1:\d+ is not trusted .*NODE_EXTRA_CA_CERTS/);
  expect(requests).toBe(before);
});
