import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { proxyFor } from 'tenon/plugin-api/lib/proxy';
import { afterEach, expect, test } from 'vitest';
import { call, providerOf, serverOf } from './call.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A proxy that sends everything to one port of this machine, whatever it was asked for. */
async function proxyTo(port: number) {
  const seen: { method: string; target: string; authorization: string | undefined }[] = [];
  const server = createServer((req, res) => {
    seen.push({ method: req.method ?? '', target: req.url ?? '', authorization: req.headers['proxy-authorization'] });
    const url = new URL(req.url ?? '');
    const headers = { ...req.headers };
    delete headers['proxy-authorization'];
    req.pipe(
      httpRequest(
        { host: '127.0.0.1', port, method: req.method, path: url.pathname + url.search, headers },
        (answer) => {
          res.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(res);
        },
      ),
    );
  });
  server.on('connect', (req, socket) => {
    seen.push({ method: 'CONNECT', target: req.url ?? '', authorization: req.headers['proxy-authorization'] });
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://me:p%40ss@127.0.0.1:${(server.address() as { port: number }).port}`, seen };
}

test('http goes to the proxy with the whole address', async () => {
  const server = await serverOf({ text: 'through' });
  const proxy = await proxyTo(server.port);
  const { text, error } = await call(providerOf({ ANTHROPIC_BASE_URL: 'http://model.test', HTTP_PROXY: proxy.url }));
  expect(error).toBeUndefined();
  expect(text).toBe('through');
  const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
  expect(proxy.seen).toEqual([{ method: 'POST', target: 'http://model.test/v1/messages?beta=true', authorization }]);
  expect(server.requests[0]?.headers.host).toBe('model.test');
});

test('https goes through a tunnel, in which TLS begins', async () => {
  const server = await serverOf();
  const proxy = await proxyTo(server.port);
  const env = { ANTHROPIC_BASE_URL: 'https://model.test', HTTPS_PROXY: proxy.url, CLAUDE_CODE_MAX_RETRIES: '0' };
  const { error } = await call(providerOf(env));
  expect(proxy.seen[0]).toMatchObject({ method: 'CONNECT', target: 'model.test:443' });
  // The server behind the tunnel speaks no TLS, which shows that the handshake reached it.
  expect(error).toMatchObject({ message: expect.stringMatching(/TLS/) });
});

test('a proxy that refuses is named as such', async () => {
  const server = await serverOf();
  const env = { ANTHROPIC_BASE_URL: 'https://model.test', HTTPS_PROXY: server.url };
  const { error, retries } = await call(providerOf(env));
  expect(error).toMatchObject({ message: expect.stringMatching(/proxy answered 403 to CONNECT model\.test:443/) });
  expect(retries).toEqual([]);
  expect(server.others[0]?.path).toBe('model.test:443');
});

test('an address that is none is told by its variable', async () => {
  const { error } = await call(providerOf({ HTTPS_PROXY: 'socks5://x' }));
  expect(error).toMatchObject({ message: expect.stringMatching(/HTTPS_PROXY is not an http or https address/) });
});

test('which addresses go to which proxy', () => {
  const of = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env)?.href;
  const both = { HTTPS_PROXY: 'p:1', HTTP_PROXY: 'http://q:2' };
  expect(of('https://api.test', both)).toBe('http://p:1/');
  expect(of('http://api.test', both)).toBe('http://q:2/');
  expect(of('https://api.test', { https_proxy: 'http://low:3', HTTPS_PROXY: 'http://up:3' })).toBe('http://low:3/');
  expect(of('https://api.test', {})).toBeUndefined();
  for (const local of ['http://127.0.0.1:9', 'http://localhost', 'http://[::1]:9'])
    expect(of(local, both)).toBeUndefined();
  for (const list of ['*', 'api.test', '.test', '*.test', 'x, api.test:443']) {
    expect(of('https://api.test', { ...both, NO_PROXY: list })).toBeUndefined();
  }
  for (const list of ['pi.test', 'api.test:80', 'other.test', '']) {
    expect(of('https://api.test', { ...both, NO_PROXY: list })).toBe('http://p:1/');
  }
});
