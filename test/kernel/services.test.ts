import { service } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { extension, never, startKernel } from './start-kernel.ts';

interface Greeter {
  readonly word: string;
  greet(name: string): string;
  fail(): Promise<void>;
}
const Greeter = service<Greeter>('greeter@1');

/** A provider with a private field, which a careless forwarder breaks. */
class Polite implements Greeter {
  #count = 0;
  readonly word: string;
  constructor(word = 'hello') {
    this.word = word;
  }
  greet(name: string) {
    this.#count++;
    return `${this.word} ${name} ${this.#count}`;
  }
  async fail() {
    throw new Error('no');
  }
}
const polite = (word?: string) =>
  extension('polite', { provides: ['greeter@1'] }, (api) => void api.provide(Greeter, new Polite(word)));

test('using a service starts its provider, once', async () => {
  const { kernel, state } = startKernel([polite()]);
  expect(kernel.has(Greeter)).toBe(true);
  expect(kernel.maybe(Greeter)).toBeUndefined();
  expect(state('polite')).toBe('idle');
  const [one, two] = await Promise.all([kernel.use(Greeter), kernel.use(Greeter)]);
  expect(one).toBe(two);
  expect(one.greet('Ada')).toBe('hello Ada 1');
  expect(kernel.maybe(Greeter)?.greet('Bob')).toBe('hello Bob 2');
});

test('what is given survives a swap of the provider, as does a method taken out of it', async () => {
  const { kernel } = startKernel([polite()]);
  const greeter = await kernel.use(Greeter);
  const { greet } = greeter;
  const swap = await kernel.extensions.prepare({
    manifest: polite().manifest,
    origin: { kind: 'bundled' },
    load: async () => polite('good day'),
  });
  expect(greeter.greet('Ada')).toBe('hello Ada 1');
  await swap.commit();
  expect(greeter.greet('Ada')).toBe('good day Ada 1');
  expect(greet('Ada')).toBe('good day Ada 2');
  expect(greeter.word).toBe('good day');
});

test('what a method throws is for the caller to see', async () => {
  const { kernel, codes } = startKernel([polite()]);
  await expect((await kernel.use(Greeter)).fail()).rejects.toThrow('no');
  expect(codes()).toEqual([]);
});

test('a service cannot be changed by who uses it', async () => {
  const { kernel } = startKernel([polite()]);
  const greeter = (await kernel.use(Greeter)) as { word: string };
  expect(() => {
    greeter.word = 'bye';
  }).toThrow(TypeError);
});

test('a service that nobody provides is a coded error that names it', async () => {
  const { kernel } = startKernel([]);
  await expect(kernel.use(Greeter)).rejects.toMatchObject({
    code: 'NO_SERVICE',
    message: expect.stringContaining('greeter@1'),
  });
  expect(kernel.has(Greeter)).toBe(false);
});

test('an extension that requires a service nobody provides is not started, and everything else is', async () => {
  const lonely = extension('lonely', { requires: ['greeter@1'], activate: ['startup'] });
  const fine = extension('fine', { activate: ['startup'] });
  const { kernel, codes, messages, state } = startKernel([lonely, fine]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(state('lonely')).toBe('unmet');
  expect(state('fine')).toBe('active');
  expect(codes()).toEqual(['MISSING_SERVICE lonely']);
  expect(messages('MISSING_SERVICE')[0]).toContain('greeter@1');
});

test('who requires a service whose provider fails, fails with that reason', async () => {
  const broken = extension('broken', { provides: ['greeter@1'] }, () => {
    throw new Error('no greeting today');
  });
  const user = extension('user', { requires: ['greeter@1'], activate: ['startup'] });
  const { kernel, codes, state } = startKernel([user, broken]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(state('user')).toBe('failed');
  expect(codes()).toEqual(['SETUP_FAILED broken', 'MISSING_SERVICE user']);
  const reason = kernel.extensions.list().find(({ manifest }) => manifest.id === 'user')?.reason;
  expect(reason).toMatch(/greeter@1.*broken.*no greeting today/);
});

test('a second provider is refused, and the first one serves', async () => {
  const second = extension('second', { provides: ['greeter@1'] }, (api) => void api.provide(Greeter, new Polite('x')));
  const { kernel, codes, messages } = startKernel([polite(), second]);
  expect((await kernel.use(Greeter)).word).toBe('hello');
  expect(codes()).toEqual(['DUPLICATE_PROVIDER second']);
  expect(messages('DUPLICATE_PROVIDER')[0]).toMatch(/second.*greeter@1.*polite/);
});

test('extensions that need one another are named as a circle, and the others run', async () => {
  const circle = ['a', 'b', 'c'].map((id, at) =>
    extension(id, { provides: [`${id}@1`], requires: [`${'bca'[at]}@1`], activate: ['startup'] }),
  );
  const fine = extension('fine', { activate: ['startup'] });
  const { kernel, messages, state } = startKernel([...circle, fine]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(messages('CYCLE')[0]).toMatch(/a -> b -> c -> a/);
  expect(['a', 'b', 'c', 'fine'].map(state)).toEqual(['failed', 'failed', 'failed', 'active']);
});

test('two extensions that use each other while they start do not wait for each other for ever', async () => {
  const one = service<object>('one@1');
  const two = service<object>('two@1');
  const first = extension('first', { provides: ['one@1'], optional: ['two@1'] }, async (api) => {
    await api.use(two).catch(() => undefined);
    api.provide(one, {});
  });
  const second = extension('second', { provides: ['two@1'], optional: ['one@1'] }, async (api) => {
    await api.use(one).catch(() => undefined);
    api.provide(two, {});
  });
  const { kernel, state } = startKernel([first, second]);
  await kernel.use(one);
  expect([state('first'), state('second')]).toEqual(['active', 'active']);
});

test('a service of an extension that was released says so', async () => {
  const { kernel } = startKernel([polite()]);
  const greeter = await kernel.use(Greeter);
  await kernel.extensions.release('polite');
  expect(() => greeter.greet('Ada')).toThrow(/greeter@1.*released/);
  expect(kernel.maybe(Greeter)).toBeUndefined();
});

test('the kernel itself is a service like any other', async () => {
  let ids: readonly string[] = [];
  const doctor = extension('doctor', { requires: ['extensions@1'], activate: ['startup'] }, async (api) => {
    const { Extensions } = await import('tenon/plugin-api');
    ids = (await api.use(Extensions)).list().map(({ manifest }) => manifest.id);
  });
  const { kernel } = startKernel([doctor, polite()]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(ids).toEqual(['doctor', 'polite']);
});

test('a provider that never ends its start is given up after the limit', async () => {
  const stuck = extension('stuck', { provides: ['greeter@1'] }, () => never());
  const { kernel } = startKernel([stuck], { setupLimit: 30 });
  await expect(kernel.use(Greeter)).rejects.toMatchObject({ code: 'NO_SERVICE' });
});

test('a wish for an extension that needs the one who wishes is no circle', async () => {
  const order: string[] = [];
  const made = (id: string, manifest: object) =>
    extension(id, { ...manifest, activate: ['startup'] }, (api) => {
      for (const service of (manifest as { provides?: `${string}@${number}`[] }).provides ?? []) {
        api.provide({ id: service }, {});
      }
      order.push(id);
    });
  const { kernel, messages, state } = startKernel([
    made('loop', { provides: ['loop@1'], optional: ['commands@1', 'agents@1'] }),
    made('commands', { provides: ['commands@1'], requires: ['loop@1'], optional: ['agents@1'] }),
    made('agents', { provides: ['agents@1'], requires: ['trees@1'] }),
    made('trees', { provides: ['trees@1'], requires: ['loop@1'] }),
  ]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(messages('CYCLE')).toEqual([]);
  expect(['loop', 'commands', 'agents', 'trees'].map(state)).toEqual(['active', 'active', 'active', 'active']);
  const ordinal = (id: string) => kernel.extensions.list().find(({ manifest }) => manifest.id === id)!.ordinal;
  expect(['loop', 'commands', 'agents', 'trees'].sort((a, b) => ordinal(a) - ordinal(b))).toEqual([
    'loop',
    'trees',
    'agents',
    'commands',
  ]);
});
