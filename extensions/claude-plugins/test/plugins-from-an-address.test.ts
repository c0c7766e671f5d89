import { existsSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Skills } from 'tenon/plugin-api';
import { expect, onTestFinished, test } from 'vitest';
import { setUp, warnings } from './setup.ts';
import { zip } from './zip.ts';

const archive = zip([
  { path: 'wrap/.claude-plugin/plugin.json', text: '{"name":"far"}' },
  { path: 'wrap/commands/a.md', text: 'From afar.' },
]);

/** A server on this machine, and what it was asked for. */
async function serve(answer: RequestListener): Promise<{ readonly at: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('a plugin is fetched once, takes part, and its folder goes with the program', async () => {
  const { at, asked } = await serve((request, response) => {
    if (request.url === '/far.zip?key=secret') response.end(archive);
    else response.writeHead(302, { location: '/far.zip?key=secret' }).end();
  });
  const { h, plugins } = await setUp({ flags: { 'plugin-url': [`${at}/moved`] } });
  expect(h.kernel.declared(Skills).map(({ name }) => name)).toEqual(['far:a']);
  expect((await (await h.kernel.item(Skills, 'far:a'))!.body()).trim()).toBe('From afar.');
  expect(await plugins.reload()).toEqual({ added: [], changed: [], removed: [] });
  expect(asked).toEqual(['/moved', '/far.zip?key=secret']);
  const [report] = plugins.list();
  expect(report).toMatchObject({ id: 'far@inline', scope: 'inline', loaded: true });
  expect(existsSync(report!.path)).toBe(true);
  await h.dispose();
  expect(existsSync(report!.path)).toBe(false);
});

test.each<[string, RequestListener, RegExp]>([
  ['a status', (_, response) => response.writeHead(404).end(), /answered with the status 404/],
  ['no archive', (_, response) => response.end('nonsense'), /is no zip/],
  ['a circle', (_, response) => response.writeHead(302, { location: '/' }).end(), /leads on to more than 5/],
  ['elsewhere', (_, response) => response.writeHead(302, { location: 'http://a.invalid/' }).end(), /without https/],
  ['a plugin that is none', (_, response) => response.end(zip([{ path: 'x.txt', text: 'x' }])), /holds no plugin/],
  [
    'a line that breaks',
    (_, response) => response.writeHead(200).write('x', () => response.destroy()),
    /aborted|hang up|ECONNRESET/,
  ],
])('what cannot be fetched is said without secrets, and the rest takes part: %s', async (_, answer, message) => {
  const { at } = await serve(answer);
  const { h, plugins } = await setUp({
    flags: { 'plugin-url': [`${at.replace('//', '//user:hidden@')}/far.zip?key=secret`] },
    files: { '.claude/commands/mine.md': 'Mine' },
    expectDiagnostics: ['LOG'],
  });
  expect(plugins.list()).toMatchObject([{ id: 'far@inline', loaded: false, problems: [{ type: 'not-a-plugin' }] }]);
  expect(warnings(h)).toEqual([expect.stringMatching(message)]);
  expect(warnings(h)[0]).toContain(`--plugin-url ${at}/far.zip`);
  expect(warnings(h)[0]).not.toMatch(/hidden|secret/);
  expect(h.kernel.declared(Skills).map(({ name }) => name)).toEqual(['mine']);
});

test('an address without https is not asked', async () => {
  const { plugins } = await setUp({
    flags: { 'plugin-url': ['http://example.invalid/a.zip', 'far.zip'] },
    expectDiagnostics: ['LOG'],
  });
  expect(plugins.list().map(({ problems }) => problems[0]!.message)).toEqual([
    '--plugin-url http://example.invalid/a.zip: must be an https address',
    '--plugin-url far.zip: must be an https address',
  ]);
});

test('in safe mode nothing is fetched', async () => {
  const { at, asked } = await serve((_, response) => response.end(archive));
  const { h, plugins } = await setUp({
    flags: { 'plugin-url': [`${at}/far.zip`], 'safe-mode': true },
    expectDiagnostics: ['LOG'],
  });
  expect([plugins.list(), asked]).toEqual([[], []]);
  expect(warnings(h)).toEqual([expect.stringContaining('--plugin-url is not followed')]);
});
