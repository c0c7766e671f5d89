import { gzipSync } from 'node:zlib';
import { callTool, createHarness, fail, type HarnessOptions, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import webTools from '../index.ts';
import { send, webSite } from './web-site.ts';

const allowed = { permissions: { allow: ['WebFetch(domain:127.0.0.1)'] } };
const noModel = { ...allowed, extensions: { 'web-tools': { model: '' } } };
const harness = (options: HarnessOptions) => createHarness({ extensions: [webTools], config: allowed, ...options });
const fetched = (url: string, more: object = {}) => callTool('WebFetch', { url, prompt: 'What is it about?', ...more });

test('a small model reads the page, and the model gets what it says', async () => {
  await using site = await webSite((_request, response) =>
    send(
      response,
      '<html><head><title>Tea &amp; more</title><style>p{}</style></head><body><script>alert(1)</script><h2>Green</h2><p>Steep at <b>80</b> degrees.</p><img src="data:xx" alt="cup"></body></html>',
    ),
  );
  const h = await harness({
    model: [
      fetched(`${site.url}/tea`),
      (request) => {
        expect(request.model).toBe('haiku');
        const asked = JSON.stringify(request.messages);
        expect(asked).toContain('# Tea & more');
        expect(asked).toContain('## Green\\n\\nSteep at **80** degrees.');
        expect(asked).toContain('Question: What is it about?');
        expect(asked).not.toMatch(/alert|data:xx/);
        return say('About green tea.');
      },
      say('done'),
    ],
  });
  const run = await h.prompt('read it');
  expect(run.requests.at(-1)).toContainToolResult(/200 OK\)\n<fetched>\nAbout green tea\.\n<\/fetched>/);
  const output = run.events.find((event) => event.type === 'user' && event.source === 'tool');
  expect(output).toMatchObject({
    toolUseResult: { code: 200, codeText: 'OK', result: 'About green tea.', url: `${site.url}/tea` },
  });
});

test('without a model that can, the text itself is the result, in parts', async () => {
  const text = `start ${'x'.repeat(40_000)} end`;
  await using site = await webSite((_request, response) => send(response, text, 'text/plain'));
  const h = await harness({
    model: [
      fetched(site.url),
      fail(400, 'no such model'),
      fetched(site.url, { offset: 30_000 }),
      fail(401),
      say('done'),
    ],
  });
  const run = await h.prompt('read it');
  const [first, second] = run.calls('WebFetch');
  expect(first!.result).toMatch(/the model haiku could not read it \(.*no such model.*\)/);
  expect(first!.result).toMatch(
    /Characters 0 to 30000 of 40010; to read on, call again with offset 30000\n<fetched>\nstart x/,
  );
  expect(second!.result).toMatch(/Characters 30000 to 40010 of 40010\n<fetched>\nx+ end\n/);
  expect(site.asked).toHaveLength(1);
});

test('redirects within the host are followed, others are told', async () => {
  await using site = await webSite((request, response) => {
    if (request.url === '/a') response.writeHead(301, { location: '/b' }).end();
    else if (request.url === '/b') response.writeHead(302, { location: 'http://localhost:9/elsewhere' }).end();
    else if (request.url === '/round') response.writeHead(307, { location: '/round' }).end();
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here');
  });
  const h = await harness({
    config: noModel,
    model: [fetched(`${site.url}/a`), fetched(`${site.url}/round`), fetched(`${site.url}/none`), say('done')],
  });
  const run = await h.prompt('read it');
  const [away, round, none] = run.calls('WebFetch');
  expect(away).toMatchObject({ isError: false });
  expect(away!.result).toMatch(/leads to another host \(302 Found\): http:\/\/localhost:9\/elsewhere/);
  expect(round).toMatchObject({ isError: true, result: `${site.url}/round was redirected more than 10 times` });
  expect(none).toMatchObject({
    isError: true,
    result: expect.stringMatching(/\(404 Not Found\)\n<fetched>\nnothing here/),
  });
  expect(site.asked).toEqual(['/a', '/b', ...Array<string>(11).fill('/round'), '/none']);
});

test('encodings and types', async () => {
  await using site = await webSite((request, response) => {
    if (request.url === '/latin') send(response, Buffer.from('caf\u00e9', 'latin1'), 'text/plain; charset=iso-8859-1');
    else if (request.url === '/meta')
      send(response, Buffer.from('<meta charset="windows-1252"><p>\u00e9t\u00e9</p>', 'latin1'), 'text/html');
    else if (request.url === '/gzip') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"packed":true}'));
    } else if (request.url === '/bomb') {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(64 * 1024 * 1024, 'a')));
    } else if (request.url === '/deep') send(response, `${'<div>'.repeat(20_000)}bottom`);
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100' });
      response.write('half');
      response.socket?.destroySoon();
    } else send(response, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]), 'image/png');
  });
  const paths = ['latin', 'meta', 'gzip', 'bomb', 'deep', 'cut', 'picture'];
  const h = await harness({
    config: noModel,
    model: [...paths.map((path) => fetched(`${site.url}/${path}`)), say('done')],
  });
  const run = await h.prompt('read them');
  const [latin, meta, gzip, bomb, deep, cut, picture] = run.calls('WebFetch').map(({ result }) => result ?? '');
  expect(latin).toContain('caf\u00e9');
  expect(meta).toContain('\u00e9t\u00e9');
  expect(gzip).toContain('{"packed":true}');
  expect(bomb).toContain('of 10485760 (the page is longer than what is read of one)');
  expect(deep).toContain('bottom');
  expect(cut).toMatch(/could not be fetched/);
  expect(picture).toMatch(/is image\/png, not text \(5 bytes\)/);
});

test('a rule that denies the host is asked first, and an interrupt ends a fetch', async () => {
  await using site = await webSite(() => {
    void h.session().then((session) => session.interrupt());
  });
  const h = await harness({
    config: { permissions: { ...allowed.permissions, deny: ['WebFetch(domain:localhost)'] } },
    model: [fetched(`http://localhost:${site.port}/x`), fetched(`${site.url}/hangs`)],
  });
  const run = await h.prompt('read it');
  const [denied, hung] = run.calls('WebFetch');
  expect(denied).toMatchObject({ verdict: 'deny', decidedBy: 'rule' });
  expect(hung!.result).toMatch(/interrupted/);
  expect(site.asked).toEqual(['/hangs']);
});
