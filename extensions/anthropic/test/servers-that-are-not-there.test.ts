import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { call, providerOf, serverOf } from './call.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a server that was never there is given up after three attempts, and the message says so', async () => {
  const provider = providerOf({ ANTHROPIC_BASE_URL: `http://127.0.0.1:${await freePort()}` });
  const { error, retries } = await call(provider);
  expect(retries.map(({ attempt, maxRetries }) => [attempt, maxRetries])).toEqual([
    [1, 2],
    [2, 2],
  ]);
  expect(error).toMatchObject({
    retryable: false,
    message: expect.stringMatching(
      /connection refused\).*ANTHROPIC_BASE_URL\. Gave up after 3 attempts, none of which reached a server\.$/,
    ),
  });
});

test('a host that does not exist likewise', async () => {
  const { error, retries } = await call(providerOf({ ANTHROPIC_BASE_URL: 'http://no-such-host.invalid' }));
  expect(retries).toHaveLength(2);
  expect(error).toMatchObject({ message: expect.stringMatching(/no-such-host\.invalid.*Gave up after 3 attempts/) });
});

test('a server on this machine that went away is not waited for either', async () => {
  const server = await serverOf({ text: 'x' });
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
  expect((await call(provider)).text).toBe('x');
  await server.close();
  const { error, retries } = await call(provider);
  expect(retries).toHaveLength(2);
  expect(error).toMatchObject({ message: expect.stringMatching(/Gave up after 3 attempts\.$/) });
});

test('the number in CLAUDE_CODE_MAX_RETRIES counts here too', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { retries } = await call(providerOf({ ANTHROPIC_BASE_URL: url, CLAUDE_CODE_MAX_RETRIES: '5' }));
  expect(retries).toHaveLength(5);
});

test.each([
  ['CLAUDE_CODE_USE_BEDROCK', 'Amazon Bedrock'],
  ['CLAUDE_CODE_USE_VERTEX', 'Google Vertex AI'],
  ['CLAUDE_CODE_USE_FOUNDRY', 'Microsoft Foundry'],
])('%s names the way over a gateway', async (variable, name) => {
  const server = await serverOf();
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url, [variable]: '1' });
  const { error, retries } = await call(provider);
  expect(error).toMatchObject({
    kind: 'invalid_request',
    message: expect.stringMatching(
      new RegExp(`^${variable} is set.*${name}.*ANTHROPIC_BASE_URL.*ANTHROPIC_AUTH_TOKEN.*unset ${variable}`),
    ),
  });
  expect(provider.status?.().problem).toMatch(variable);
  expect(retries).toEqual([]);
  expect(server.requests).toEqual([]);
  const off = providerOf({ ANTHROPIC_BASE_URL: server.url, [variable]: '0' });
  expect(off.status?.().problem).toBeUndefined();
});
