import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineExtension, defineTool, type Extension, type Handler, type Tool, Tools } from 'tenon/plugin-api';
import { createHarness, type HarnessOptions } from 'tenon/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { eventValues } from './event-values.ts';
import { hookSetup } from './hook-setup.ts';

async function server(): Promise<{ url: string; seen: { request: IncomingMessage; body: string }[] }> {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const listening = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ request, body });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, seen };
}

async function fire(handler: Handler, more: HarnessOptions = {}, others: readonly Extension<never>[] = []) {
  const h = await createHarness({ extensions: [...hookSetup({ event: 'PostToolUse', handler }), ...others], ...more });
  const session = await h.session();
  await h.fire('PostToolUse', eventValues(session).PostToolUse as never);
  return h.events.flatMap((event) => (event.type === 'informational' ? [event.content] : []));
}

test('a request has the input as JSON, and only listed variables in its headers', async () => {
  const { url, seen } = await server();
  const headers = { Authorization: 'Bearer $TOKEN', 'X-Other': `\${SECRET}-$UNSET`, 'X-Split': '$LINES' };
  const allowedEnvVars = ['TOKEN', 'LINES'];
  const env = { TOKEN: 't1', SECRET: 's1', LINES: 'a\r\nX-Evil: 1' };
  expect(await fire({ type: 'http', url: `${url}/hook`, headers, allowedEnvVars }, { env })).toEqual([]);
  const [{ request, body } = { request: undefined, body: '' }] = seen;
  expect(request).toMatchObject({ method: 'POST', url: '/hook' });
  expect(request?.headers).toMatchObject({
    'content-type': 'application/json',
    authorization: 'Bearer t1',
    'x-other': '-',
    'x-split': 'aX-Evil: 1',
  });
  expect(JSON.parse(body)).toMatchObject({ hook_event_name: 'PostToolUse', tool_name: 'Bash' });
});

test.each([
  [['http://127.0.0.1:*'], true],
  [['http://127.0.0.1:*/*'], true],
  [['https://hooks.example.com/*'], false],
  [['http://127*'], false],
  [[], false],
])('allowedHttpHookUrls %j: %s', async (allowedHttpHookUrls, allowed) => {
  const { url, seen } = await server();
  const told = await fire({ type: 'http', url: `${url}/hook` }, { config: { allowedHttpHookUrls } });
  expect(seen).toHaveLength(allowed ? 1 : 0);
  if (!allowed) expect(told).toEqual([expect.stringContaining('is not one of allowedHttpHookUrls')]);
});

test('the settings can take variables away from handlers', async () => {
  const { url, seen } = await server();
  const handler = { type: 'http', url, headers: { a: '$ONE$TWO' }, allowedEnvVars: ['ONE', 'TWO'] } as const;
  await fire(handler, { env: { ONE: '1', TWO: '2' }, config: { httpHookAllowedEnvVars: ['TWO'] } });
  expect(seen[0]?.request.headers.a).toBe('2');
});

test('a tool of a server is given fields of the input, also one of a plugin', async () => {
  const given: unknown[] = [];
  const tool = defineTool({
    name: 'mcp__plugin_acme_db__note',
    description: 'notes',
    input: { type: 'object' },
    run: (input) => {
      given.push(input);
      return '';
    },
  }) as unknown as Tool<never, unknown>;
  const server = defineExtension({
    manifest: { id: 'server', version: '1.0.0', api: 1, contributes: { tools: ['mcp__*'] } },
    setup: (api) => void api.add(Tools, tool),
  }) as unknown as Extension<never>;
  const input = { what: `\${tool_name}: \${tool_input.command}`, deep: [{ of: `\${tool_input}` }], none: `\${a.b}` };
  await fire({ type: 'mcp_tool', server: 'plugin:acme:db', tool: 'note', input }, {}, [server]);
  expect(given).toEqual([{ what: 'Bash: git push', deep: [{ of: '{"command":"git push"}' }], none: '' }]);
});
