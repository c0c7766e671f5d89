import { expect, test } from 'vitest';
import { call, providerOf, serverOf } from './call.ts';

test('an answer, a failure and a retry without the globals of fetch', async () => {
  const names = ['fetch', 'Response', 'Request', 'Headers', 'FormData', 'WebSocket', 'EventSource'] as const;
  const saved = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  const touched: string[] = [];
  try {
    for (const name of names) {
      Object.defineProperty(globalThis, name, {
        configurable: true,
        get: () => {
          touched.push(name);
          return undefined;
        },
      });
    }
    const server = await serverOf({ fail: { status: 529 } }, { text: 'fine' }, { fail: { status: 401 } });
    const provider = providerOf({ ANTHROPIC_BASE_URL: server.url });
    expect((await call(provider)).text).toBe('fine');
    expect((await call(provider)).error).toMatchObject({ status: 401 });
  } finally {
    for (const [name, descriptor] of saved) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
  expect(touched).toEqual([]);
});
