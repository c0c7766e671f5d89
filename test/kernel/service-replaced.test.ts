import { expect, test } from 'vitest';
import { createKernel } from '../../kernel/index.ts';
import { defineExtension, type Entry, type Manifest, service } from '../../plugin-api/index.ts';

interface Greeter {
  greet(): string;
}
const Greeter = service<Greeter>('greeter@1');

function greeter(
  manifest: Partial<Manifest> & { readonly id: string },
  origin: Entry['origin']['kind'] = 'user',
): Entry {
  const full: Manifest = { version: '1.0.0', api: 1, provides: ['greeter@1'], ...manifest };
  const extension = defineExtension({
    manifest: full,
    setup(api) {
      if (full.description === 'broken') throw new Error('broken');
      api.provide(Greeter, { greet: () => full.id });
    },
  });
  return { manifest: full, origin: { kind: origin }, load: async () => extension };
}
const replaces = ['service:greeter@1'] as const;

test('an extension takes over one service of another, which keeps running', async () => {
  const kernel = createKernel({
    entries: [greeter({ id: 'first', activate: ['startup'] }), greeter({ id: 'second', replaces })],
  });
  await kernel.start({ mode: 'test', argv: [] });
  expect(kernel.maybe(Greeter)).toBeUndefined();
  expect((await kernel.use(Greeter)).greet()).toBe('second');
  expect(kernel.extensions.list().map(({ state }) => state)).toEqual(['active', 'active']);
  expect(kernel.extensions.diagnostics()).toEqual([]);
});

test('the first one serves again when the one that took over does not start', async () => {
  const kernel = createKernel({
    entries: [greeter({ id: 'first' }), greeter({ id: 'second', replaces, description: 'broken' })],
  });
  await expect(kernel.use(Greeter)).rejects.toThrow(/second did not start/);
  expect((await kernel.use(Greeter)).greet()).toBe('first');
});

test('an extension of a project takes nothing over', async () => {
  const kernel = createKernel({ entries: [greeter({ id: 'first' }), greeter({ id: 'second', replaces }, 'project')] });
  expect((await kernel.use(Greeter)).greet()).toBe('first');
  expect(kernel.extensions.diagnostics().map(({ code }) => code)).toEqual(['DUPLICATE_PROVIDER']);
});
