import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { Config } from 'tenon/plugin-api';
import { type TempProject, tempProject } from 'tenon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../../../test/fixtures/certificates/certificates.ts';
import { proxyServer } from '../../../test/fixtures/certificates/proxy.ts';
import { eventStream, eventsOf } from '../../../test/fixtures/model-server/server.mjs';
import { call, providerOf, serverOf } from './call.ts';

let folder: TempProject;
let files: Certificates;
let server: Server;
let port: number;
const clients: string[] = [];

beforeAll(async () => {
  folder = await tempProject();
  files = await makeCertificates(folder.dir);
  const { cert, key } = files.server;
  const tls = {
    cert: await readFile(cert),
    key: await readFile(key),
    ca: await readFile(files.authority),
    requestCert: true,
    rejectUnauthorized: false,
  };
  server = createServer(tls, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    clients.push(String(subject?.CN ?? 'nobody'));
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(eventStream(eventsOf({ text: 'over TLS' })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
}, 60_000);

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await folder.dispose();
});

/** Settings of the user. */
const configOf = (settings: Readonly<Record<string, unknown>>): Pick<Config, 'get' | 'layers'> => ({
  get: <T>(key: string) => settings[key] as T | undefined,
  layers: () => [],
});
/** An environment as the settings' `env` makes it, with those settings. */
function withSettings(env: Record<string, string>, settings: Record<string, unknown> = {}) {
  const variables = { NODE_EXTRA_CA_CERTS: files.authority, ...env };
  const all = { ANTHROPIC_BASE_URL: `https://127.0.0.1:${port}`, CLAUDE_CODE_MAX_RETRIES: '0', ...variables };
  return providerOf({ PATH: process.env.PATH, ...all }, undefined, configOf({ env: variables, ...settings }));
}

test('authorities of the settings are trusted, and those of Node too', async () => {
  expect(await call(withSettings({}))).toMatchObject({ text: 'over TLS', error: undefined });
  const without = providerOf({ ANTHROPIC_BASE_URL: `https://127.0.0.1:${port}`, CLAUDE_CODE_MAX_RETRIES: '0' });
  expect((await call(without)).error).toMatchObject({ message: expect.stringMatching(/is not trusted/) });
});

test('the client shows its certificate, with a locked key too', async () => {
  const { cert, key } = files.client;
  clients.length = 0;
  await call(withSettings({}));
  await call(withSettings({ CLAUDE_CODE_CLIENT_CERT: cert, CLAUDE_CODE_CLIENT_KEY: key }));
  const locked = { CLAUDE_CODE_CLIENT_KEY: files.lockedKey, CLAUDE_CODE_CLIENT_KEY_PASSPHRASE: files.passphrase };
  await call(withSettings({ CLAUDE_CODE_CLIENT_CERT: cert, ...locked }));
  expect(clients).toEqual(['nobody', 'client', 'client']);
});

test.each([
  [
    () => ({ CLAUDE_CODE_CLIENT_CERT: files.client.cert }),
    /CLAUDE_CODE_CLIENT_CERT is set without CLAUDE_CODE_CLIENT_KEY/,
  ],
  [
    () => ({ CLAUDE_CODE_CLIENT_CERT: '/nope.pem', CLAUDE_CODE_CLIENT_KEY: files.client.key }),
    /CLAUDE_CODE_CLIENT_CERT names \/nope\.pem, which cannot be read \(ENOENT\)/,
  ],
  [
    () => ({ CLAUDE_CODE_CLIENT_CERT: files.client.cert, CLAUDE_CODE_CLIENT_KEY: files.lockedKey }),
    /cannot be used .*CLAUDE_CODE_CLIENT_KEY_PASSPHRASE/,
  ],
  [() => ({ NODE_EXTRA_CA_CERTS: '/nope.pem' }), /NODE_EXTRA_CA_CERTS names \/nope\.pem/],
])('files that cannot be used are named, and nothing is tried again: %#', async (env, message) => {
  const { error, retries } = await call(withSettings({ ...env(), CLAUDE_CODE_MAX_RETRIES: '3' }));
  expect(error).toMatchObject({ message: expect.stringMatching(message) });
  expect(retries).toEqual([]);
});

test('a server that asks for a certificate says so', async () => {
  const strict = createServer({
    cert: await readFile(files.server.cert),
    key: await readFile(files.server.key),
    ca: await readFile(files.authority),
    requestCert: true,
    rejectUnauthorized: true,
  });
  await new Promise<void>((resolve) => strict.listen(0, '127.0.0.1', resolve));
  try {
    const url = `https://127.0.0.1:${(strict.address() as AddressInfo).port}`;
    const { error } = await call(withSettings({ ANTHROPIC_BASE_URL: url }));
    expect(error).toMatchObject({ message: expect.stringMatching(/CLAUDE_CODE_CLIENT_CERT|closed the connection/) });
  } finally {
    strict.closeAllConnections();
    await new Promise((resolve) => strict.close(resolve));
  }
});

test('a proxy that speaks TLS, with a server that wants a certificate behind it', async () => {
  const tls = { cert: await readFile(files.server.cert), key: await readFile(files.server.key) };
  await using proxy = await proxyServer({ to: port, tls });
  const { cert, key } = files.client;
  clients.length = 0;
  const { text, error } = await call(
    withSettings({
      ANTHROPIC_BASE_URL: 'https://model.test',
      HTTPS_PROXY: `https://localhost:${proxy.port}`,
      CLAUDE_CODE_CLIENT_CERT: cert,
      CLAUDE_CODE_CLIENT_KEY: key,
    }),
  );
  expect([error, text]).toEqual([undefined, 'over TLS']);
  expect(proxy.asked.map(({ line }) => line)).toEqual(['CONNECT model.test:443']);
  expect(clients).toEqual(['client']);
});

test('http goes to a proxy that speaks TLS', async () => {
  const model = await serverOf({ text: 'plain' });
  const tls = { cert: await readFile(files.server.cert), key: await readFile(files.server.key) };
  await using proxy = await proxyServer({ to: model.port, tls });
  const env = { ANTHROPIC_BASE_URL: 'http://model.test', HTTP_PROXY: `https://localhost:${proxy.port}` };
  expect(await call(withSettings(env))).toMatchObject({ text: 'plain' });
  expect(proxy.asked[0]?.line).toMatch(/^POST http:\/\/model\.test\/v1\/messages/);
});

/** A command that prints a credential with how often it ran. */
const counting = (dir: string) =>
  `echo x >> '${join(dir, 'runs')}'; echo "Bearer proxy-$(wc -l < '${join(dir, 'runs')}' | tr -d ' ')"`;

test.each(['https', 'http'])(
  'what proxyAuthHelper prints is sent to the proxy, and renewed once: %s',
  async (scheme) => {
    const place = await tempProject();
    const model = await serverOf({ text: 'one' }, { text: 'two' });
    let wanted = 'Bearer proxy-1';
    await using proxy = await proxyServer({ to: scheme === 'https' ? port : model.port, wants: () => wanted });
    const name = scheme === 'https' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
    const env = { ANTHROPIC_BASE_URL: `${scheme}://model.test`, [name]: `http://127.0.0.1:${proxy.port}` };
    const provider = withSettings(env, { proxyAuthHelper: counting(place.dir) });
    expect((await call(provider)).error).toBeUndefined();
    wanted = 'Bearer proxy-2';
    server.closeAllConnections(); // a new tunnel
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await call(provider)).error).toBeUndefined();
    expect(proxy.asked.map(({ authorization }) => authorization)).toEqual([
      'Bearer proxy-1',
      'Bearer proxy-1',
      'Bearer proxy-2',
    ]);
    wanted = 'something else';
    server.closeAllConnections();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { error } = await call(provider);
    expect(error).toMatchObject({ message: expect.stringMatching(/the proxy answered 407/) });
    expect(String(error)).not.toContain('Bearer');
    await place.dispose();
  },
);
