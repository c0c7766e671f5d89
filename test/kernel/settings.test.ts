import { Config, type Manifest } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { extension, never, startKernel } from './start-kernel.ts';

const schema: NonNullable<Manifest['config']> = {
  type: 'object',
  properties: { limit: { type: 'integer', minimum: 1, default: 10 }, name: { type: 'string', default: 'none' } },
  additionalProperties: false,
};

/** The service `config@1` with settings that can change. */
function settings(first: Record<string, unknown>) {
  let now = first;
  const provider = extension('config', { provides: ['config@1'] }, (api) => {
    api.provide(Config, { extension: (id: string) => now[id] ?? {} } as unknown as Config);
  });
  return {
    provider,
    set(next: Record<string, unknown>) {
      now = next;
    },
  };
}
/** An extension that notes the settings it gets. */
function reads(id: string, seen: unknown[], onChange?: () => unknown) {
  return extension(id, { config: schema, activate: ['startup'] }, (api) => {
    seen.push(api.config);
    api.onConfig(async (next) => {
      await onChange?.();
      seen.push(next);
    });
  });
}
const start = { mode: 'test', argv: [] };

test('settings come with the defaults of the schema', async () => {
  const seen: unknown[] = [];
  const { kernel, codes } = startKernel([settings({ mine: { limit: 3 } }).provider, reads('mine', seen)]);
  await kernel.start(start);
  expect(seen).toEqual([{ limit: 3, name: 'none' }]);
  expect(codes()).toEqual([]);
});

test('without a provider of settings they are the defaults', async () => {
  const seen: unknown[] = [];
  const { kernel } = startKernel([reads('mine', seen)]);
  await kernel.start(start);
  expect(seen).toEqual([{ limit: 10, name: 'none' }]);
});

test('a wrong key falls back to its default and is named; the right ones count', async () => {
  const seen: unknown[] = [];
  const wrong = settings({ mine: { limit: 0, name: 'Ada', nmae: 'x' } });
  const { kernel, codes, messages, state } = startKernel([wrong.provider, reads('mine', seen)]);
  await kernel.start(start);
  expect(seen).toEqual([{ limit: 10, name: 'Ada' }]);
  expect(state('mine')).toBe('active');
  expect(codes()).toEqual(['BAD_CONFIG mine']);
  expect(messages('BAD_CONFIG')[0]).toMatch(/extensions\.mine.*limit.*at least 1.*nmae/);
});

test('settings that are no object at all count as none', async () => {
  const seen: unknown[] = [];
  const { kernel, codes } = startKernel([settings({ mine: ['a list'] }).provider, reads('mine', seen)]);
  await kernel.start(start);
  expect(seen).toEqual([{ limit: 10, name: 'none' }]);
  expect(codes()).toEqual(['BAD_CONFIG mine']);
});

test('a change is told to those whose settings are others than before', async () => {
  const [mine, other]: [unknown[], unknown[]] = [[], []];
  const config = settings({});
  const { kernel } = startKernel([config.provider, reads('mine', mine), reads('other', other)]);
  await kernel.start(start);
  config.set({ mine: { limit: 5 } });
  await kernel.fire('ConfigChange', { layers: [] });
  expect(mine).toEqual([
    { limit: 10, name: 'none' },
    { limit: 5, name: 'none' },
  ]);
  expect(other).toHaveLength(1);
});

test.each([
  {
    what: 'throws',
    act: () => {
      throw new Error('no');
    },
  },
  { what: 'hangs', act: () => never() },
])('a listener that $what does not keep the news from others, and is named', async ({ act }) => {
  const fine: unknown[] = [];
  const config = settings({});
  const { kernel, codes } = startKernel([config.provider, reads('broken', [], act), reads('fine', fine)], {
    setupLimit: 50,
  });
  await kernel.start(start);
  config.set({ broken: { limit: 1 }, fine: { limit: 2 } });
  await kernel.fire('ConfigChange', { layers: [] });
  expect(fine.at(-1)).toEqual({ limit: 2, name: 'none' });
  expect(codes()).toEqual(['BAD_CONFIG broken']);
});
