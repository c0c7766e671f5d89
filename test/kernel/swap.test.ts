import { type Entry, type ExtensionApi, service, Tools } from 'tenon/plugin-api';
import { describe, expect, test } from 'vitest';
import { after, call, extension, never, startKernel, tool } from './start-kernel.ts';

interface Version {
  of(): number;
}
const Version = service<Version>('version@1');

/** One version of an extension that taps, provides, contributes and owns. */
function version(n: number, log: string[] = [], more: (api: ExtensionApi) => unknown = () => {}) {
  const one = extension(
    'plugin',
    { taps: ['PreToolUse'], provides: ['version@1'], contributes: { tools: ['Version'] } },
    async (api) => {
      api.own(() => void log.push(`${n} undone`));
      api.hooks.PreToolUse.tap(() => ({ context: `version ${n}` }));
      api.provide(Version, { of: () => n });
      api.add(Tools, tool('Version', `tool ${n}`));
      await more(api);
    },
  );
  return { ...one, manifest: { ...one.manifest, version: `${n}.0.0` } };
}
const entry = (one: ReturnType<typeof version>): Entry => ({
  manifest: one.manifest,
  origin: { kind: 'user' },
  load: async () => one,
});
const contexts = async (kernel: ReturnType<typeof startKernel>['kernel']) =>
  (await kernel.fire('PreToolUse', call())).context.map(({ text }) => text);
const toolSays = async (kernel: ReturnType<typeof startKernel>['kernel']) =>
  (await kernel.item(Tools, 'Version'))?.run({} as never, {} as never);

describe('swap', () => {
  test('a new version starts beside the old one, and takes over at the commit', async () => {
    const log: string[] = [];
    const { kernel, codes } = startKernel([version(1, log)]);
    const service = await kernel.use(Version);
    const swap = await kernel.extensions.prepare(entry(version(2, log)));
    expect(await contexts(kernel)).toEqual(['version 1']);
    expect([service.of(), await toolSays(kernel)]).toEqual([1, 'tool 1']);
    await swap.commit();
    expect(await contexts(kernel)).toEqual(['version 2']);
    expect([service.of(), await toolSays(kernel)]).toEqual([2, 'tool 2']);
    expect(kernel.extensions.list()).toMatchObject([{ manifest: { version: '2.0.0' }, state: 'active' }]);
    expect(log).toEqual(['1 undone']);
    expect(codes()).toEqual([]);
  });

  test.each([
    {
      what: 'throws in its setup',
      more: () => Promise.reject(new Error('version 2 is broken')),
      why: /version 2 is broken/,
    },
    { what: 'hangs in its setup', more: () => never(), why: /50 ms/ },
  ])('a new version that $what: the old one goes on and the failure is told', async ({ more, why }) => {
    const log: string[] = [];
    const { kernel, state } = startKernel([version(1)], { setupLimit: 50 });
    const service = await kernel.use(Version);
    await expect(kernel.extensions.prepare(entry(version(2, log, more)))).rejects.toThrow(why);
    expect(await contexts(kernel)).toEqual(['version 1']);
    expect([service.of(), await toolSays(kernel), state('plugin')]).toEqual([1, 'tool 1', 'active']);
    expect(log).toEqual(['2 undone']);
  });

  test('a new version with a bad manifest is refused before its code is loaded', async () => {
    let loaded = false;
    const bad = { ...version(2).manifest, taps: 'PreToolUse' } as unknown as Entry['manifest'];
    const { kernel } = startKernel([version(1)]);
    await kernel.use(Version);
    const load = async () => {
      loaded = true;
      return version(2);
    };
    await expect(kernel.extensions.prepare({ manifest: bad, origin: { kind: 'user' }, load })).rejects.toMatchObject({
      code: 'MANIFEST_BAD',
      message: expect.stringMatching(/taps/),
    });
    expect(loaded).toBe(false);
  });

  test('a cancelled one is undone, and the old one goes on', async () => {
    const log: string[] = [];
    const { kernel } = startKernel([version(1, log)]);
    await kernel.use(Version);
    const swap = await kernel.extensions.prepare(entry(version(2, log)));
    await swap.cancel();
    expect(await contexts(kernel)).toEqual(['version 1']);
    expect(log).toEqual(['2 undone']);
  });

  test('a call into the old version that is under way ends by itself', async () => {
    let finished = false;
    const old = extension('plugin', { taps: ['PreToolUse'] }, (api) => {
      api.hooks.PreToolUse.tap(async (_value, { signal }) => {
        await after(60, undefined);
        finished = !signal.aborted;
        return { context: 'old' };
      });
    });
    const { kernel } = startKernel([old]);
    const running = kernel.fire('PreToolUse', call());
    await expect.poll(() => kernel.extensions.pending().map(({ what }) => what)).toContain('PreToolUse');
    const fresh = extension('plugin', { taps: ['PreToolUse'] });
    const swap = await kernel.extensions.prepare({
      manifest: fresh.manifest,
      origin: { kind: 'user' },
      load: async () => fresh,
    });
    await swap.commit();
    expect((await running).context).toEqual([{ text: 'old', by: 'plugin' }]);
    expect(finished).toBe(true);
  });

  test('it keeps its place in the order', async () => {
    const other = extension('other', { taps: ['PreToolUse'] }, (api) => {
      api.hooks.PreToolUse.tap(() => ({ context: 'other' }));
    });
    const { kernel } = startKernel([version(1), other]);
    expect(await contexts(kernel)).toEqual(['version 1', 'other']);
    await (await kernel.extensions.prepare(entry(version(2)))).commit();
    expect(await contexts(kernel)).toEqual(['version 2', 'other']);
  });

  test('an extension that is not there cannot be swapped', async () => {
    const { kernel } = startKernel([]);
    await expect(kernel.extensions.prepare(entry(version(2)))).rejects.toThrow(/no extension plugin/);
  });
});

describe('release', () => {
  test('takes out those that depend on it first', async () => {
    const log: string[] = [];
    const user = extension('user', { requires: ['version@1'], provides: ['user@1'], activate: ['startup'] }, (api) => {
      api.provide({ id: 'user@1' }, {});
      api.own(() => void log.push('user undone'));
    });
    const last = extension('last', { requires: ['user@1'], activate: ['startup'] }, (api) => {
      api.own(() => void log.push('last undone'));
    });
    const apart = extension('apart', { activate: ['startup'] });
    const { kernel, state } = startKernel([version(1, log), user, last, apart]);
    await kernel.start({ mode: 'test', argv: [] });
    await kernel.extensions.release('plugin');
    expect(log).toEqual(['last undone', 'user undone', '1 undone']);
    expect(['plugin', 'user', 'last', 'apart'].map(state)).toEqual(['released', 'released', 'released', 'active']);
  });

  test('takes taps, services and items out of force', async () => {
    const { kernel } = startKernel([version(1)]);
    await kernel.use(Version);
    await kernel.extensions.release('plugin');
    expect(await contexts(kernel)).toEqual([]);
    expect(kernel.has(Version)).toBe(false);
    expect(await toolSays(kernel)).toBeUndefined();
    expect(kernel.declared(Tools as never)).toEqual([]);
  });

  test('an unknown extension is a coded error that names it', async () => {
    const { kernel } = startKernel([]);
    await expect(kernel.extensions.release('nobody')).rejects.toThrow(/nobody/);
  });

  test('an extension can be added to a running program', async () => {
    const { kernel } = startKernel([]);
    expect(await contexts(kernel)).toEqual([]);
    await kernel.extensions.add([entry(version(1))]);
    expect(await contexts(kernel)).toEqual(['version 1']);
    expect(await toolSays(kernel)).toBe('tool 1');
  });

  test('one that was released can be added again, once', async () => {
    const { kernel, codes } = startKernel([version(1)]);
    await kernel.use(Version);
    await kernel.extensions.release('plugin');
    await kernel.extensions.add([entry(version(2))]);
    expect((await kernel.use(Version)).of()).toBe(2);
    expect(kernel.extensions.list()).toMatchObject([{ manifest: { version: '2.0.0' } }]);
    await kernel.extensions.add([entry(version(3))]);
    expect((await kernel.use(Version)).of()).toBe(2);
    expect(codes()).toEqual(['DUPLICATE_ID plugin']);
  });

  test('a project cannot step into the place of one that was released or failed', async () => {
    const guard = extension('plugin', { taps: ['PreToolUse'], required: true, provides: ['version@1'] }, () => {
      throw new Error('no');
    });
    const { kernel, codes } = startKernel([guard]);
    expect((await kernel.fire('PreToolUse', call())).verdict).toBe('deny');
    const other = extension('other', { provides: ['version@1'] }, (api) => void api.provide(Version, { of: () => 9 }));
    const project = { kind: 'project' } as const;
    await kernel.extensions.add([
      { ...entry(version(2)), origin: project },
      { manifest: other.manifest, origin: project, load: async () => other },
    ]);
    expect((await kernel.fire('PreToolUse', call())).verdict).toBe('deny');
    await expect(kernel.use(Version)).rejects.toThrow(/plugin is not running \(no\)/);
    expect(codes()).toEqual(['SETUP_FAILED plugin', 'DUPLICATE_ID plugin', 'DUPLICATE_PROVIDER other']);
  });
});
