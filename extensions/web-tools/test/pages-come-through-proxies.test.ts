import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { callTool, createHarness, say, type TempProject, tempProject } from 'tenon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../../../test/fixtures/certificates/certificates.ts';
import { proxyServer } from '../../../test/fixtures/certificates/proxy.ts';
import webTools from '../index.ts';
import { send, webSite } from './web-site.ts';

let folder: TempProject;
let files: Certificates;
let secure: Server;
let securePort: number;

beforeAll(async () => {
  folder = await tempProject();
  files = await makeCertificates(folder.dir, 'docs.test');
  const tls = { cert: await readFile(files.server.cert), key: await readFile(files.server.key) };
  secure = createServer(tls, (_request, response) => send(response, 'read over TLS', 'text/plain'));
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  securePort = (secure.address() as AddressInfo).port;
}, 60_000);

afterAll(async () => {
  secure.closeAllConnections();
  await new Promise((resolve) => secure.close(resolve));
  await folder.dispose();
});

/** Fetches one page with variables and settings of the user; gives what the model gets. */
async function fetched(url: string, variables: Record<string, string>, settings: Record<string, unknown> = {}) {
  const h = await createHarness({
    extensions: [webTools],
    bundled: ['permissions'],
    config: {
      permissions: { allow: ['WebFetch'] },
      extensions: { 'web-tools': { model: '' } },
      env: variables,
      ...settings,
    },
    model: [callTool('WebFetch', { url, prompt: 'x' }), say('done')],
  });
  const run = await h.prompt('read it');
  return String(run.calls('WebFetch')[0]?.result);
}

test('http goes to the proxy with the whole address, and a name that only the proxy knows is no hindrance', async () => {
  await using site = await webSite((_request, response) => send(response, 'behind the proxy', 'text/plain'));
  await using proxy = await proxyServer({ to: site.port });
  const result = await fetched('http://docs.test:8080/a?b=c', { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
  expect(result).toContain('behind the proxy');
  expect(proxy.asked.map(({ line }) => line)).toEqual(['GET http://docs.test:8080/a?b=c']);
  expect(site.asked).toEqual(['/a?b=c']);
});

test('https goes through a tunnel, with authorities of the settings', async () => {
  await using proxy = await proxyServer({ to: securePort });
  const variables = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  const trusted = { ...variables, NODE_EXTRA_CA_CERTS: files.authority };
  expect(await fetched('https://docs.test/page', trusted)).toContain('read over TLS');
  expect(proxy.asked.map(({ line }) => line)).toEqual(['CONNECT docs.test:443']);
  expect(await fetched('https://docs.test/page', variables)).toMatch(/could not be fetched: .*certificate/);
});

test('the client shows no certificate of its own to pages', async () => {
  await using proxy = await proxyServer({ to: securePort });
  const { cert, key } = files.client;
  const clients: unknown[] = [];
  const look = (socket: { getPeerCertificate(): { subject?: unknown } }) =>
    clients.push(socket.getPeerCertificate().subject);
  secure.on('secureConnection', look);
  const own = { CLAUDE_CODE_CLIENT_CERT: cert, CLAUDE_CODE_CLIENT_KEY: key, NODE_EXTRA_CA_CERTS: files.authority };
  await fetched('https://docs.test/page', { ...own, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
  secure.off('secureConnection', look);
  expect(clients).toEqual([undefined]);
});

test('NO_PROXY and addresses of this machine are reached without it', async () => {
  await using site = await webSite((_request, response) => send(response, 'direct', 'text/plain'));
  await using proxy = await proxyServer({ to: site.port });
  const HTTP_PROXY = `http://127.0.0.1:${proxy.port}`;
  const permissions = { permissions: { allow: ['WebFetch(domain:127.0.0.1)'] } };
  expect(await fetched(`${site.url}/`, { HTTP_PROXY }, permissions)).toContain('direct');
  const exempt = await fetched('http://docs.test:8080/', { HTTP_PROXY, NO_PROXY: '.test' });
  expect(exempt).toMatch(/There is no host docs\.test/);
  expect(proxy.asked).toEqual([]);
});

test('a private address is refused through a proxy too', async () => {
  await using site = await webSite((_request, response) => send(response, 'secret', 'text/plain'));
  await using proxy = await proxyServer({ to: site.port });
  const variables = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
  expect(await fetched('http://169.254.169.254:80/latest', variables)).toMatch(/is link-local/);
  expect(await fetched('http://10.0.0.7:8080/', variables)).toMatch(/is private/);
  expect(proxy.asked).toEqual([]);
});

test('what proxyAuthHelper prints is sent, and asked for once more when it is refused', async () => {
  await using site = await webSite((_request, response) => send(response, 'let in', 'text/plain'));
  for (const [url, to, name] of [
    ['http://docs.test:8080/', site.port, 'HTTP_PROXY'],
    ['https://docs.test/', securePort, 'HTTPS_PROXY'],
  ] as const) {
    const place = await tempProject();
    const runs = join(place.dir, 'runs');
    const proxyAuthHelper = `echo x >> '${runs}'; echo "Basic $(wc -l < '${runs}' | tr -d ' ')"`;
    await using proxy = await proxyServer({ to, wants: () => 'Basic 2' });
    const variables = { [name]: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: files.authority };
    expect(await fetched(url, variables, { proxyAuthHelper })).toMatch(/let in|read over TLS/);
    expect(proxy.asked.map(({ authorization }) => authorization)).toEqual(['Basic 1', 'Basic 2']);
    await place.dispose();
  }
});

test('a proxy that refuses is named', async () => {
  await using proxy = await proxyServer({ to: securePort, wants: () => 'Basic x' });
  const result = await fetched('https://docs.test/', { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
  expect(result).toMatch(/the proxy answered 407 to CONNECT docs\.test:443/);
});
