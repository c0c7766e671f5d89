import { type Entry, type ExtensionApi, type Manifest, Tools } from 'tenon/plugin-api';
import { entryOf, fakeSession } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { call, eventOf, extension, never, startKernel, tool } from './start-kernel.ts';

const user = { kind: 'user', path: '/home/me/bad' } as const;
const bad = (fields: Partial<Manifest>, setup: (api: ExtensionApi) => unknown = () => {}): Entry =>
  entryOf(
    extension('bad', fields, async (api) => void (await setup(api))),
    user,
  );
const throws = () => {
  throw new Error('broken');
};

interface Misdeed {
  readonly what: string;
  readonly entry: Entry;
  readonly codes: readonly string[];
  /** What its misdeed does to a tool call; default: nothing. */
  readonly verdict?: 'deny';
}

const misdeeds: readonly Misdeed[] = [
  { what: 'throws in setup', entry: bad({ activate: ['startup'] }, throws), codes: ['SETUP_FAILED bad'] },
  { what: 'hangs in setup', entry: bad({ activate: ['startup'] }, () => never()), codes: ['SETUP_FAILED bad'] },
  {
    what: 'throws a value that is no error',
    entry: bad({ activate: ['startup'] }, () => Promise.reject(undefined)),
    codes: ['SETUP_FAILED bad'],
  },
  {
    what: 'cannot be imported',
    entry: { ...bad({ activate: ['startup'] }), load: () => import(`${'./nothing'}.ts`) },
    codes: ['SETUP_FAILED bad'],
  },
  {
    what: 'exports nothing of use',
    entry: { ...bad({ activate: ['startup'] }), load: async () => ({ default: 'hello' }) as never },
    codes: ['SETUP_FAILED bad'],
  },
  {
    what: 'hangs in a tap of a gate',
    entry: bad({ taps: ['PreToolUse'] }, (api) => void api.hooks.PreToolUse.tap({ timeout: 20 }, () => never())),
    codes: ['HOOK_TIMEOUT bad'],
    verdict: 'deny',
  },
  {
    what: 'throws in a tap of a gate',
    entry: bad({ taps: ['PreToolUse'] }, (api) => void api.hooks.PreToolUse.tap(throws)),
    codes: ['HOOK_FAILED bad'],
    verdict: 'deny',
  },
  {
    what: 'returns a text from a tap of a gate',
    entry: bad({ taps: ['PreToolUse'] }, (api) => void api.hooks.PreToolUse.tap(() => 'allow' as never)),
    codes: ['HOOK_FAILED bad'],
    verdict: 'deny',
  },
  {
    what: 'returns null',
    entry: bad({ taps: ['PreToolUse', 'PostToolUse'] }, (api) => {
      api.hooks.PreToolUse.tap(() => null as never);
      api.hooks.PostToolUse.tap(async () => null as never);
    }),
    codes: [],
  },
  {
    what: 'returns context that is no text',
    entry: bad({ taps: ['PostToolUse'] }, (api) => void api.hooks.PostToolUse.tap(() => ({ context: 5 }) as never)),
    codes: ['HOOK_FAILED bad'],
  },
  {
    what: 'returns an object that throws when it is read',
    entry: bad({ taps: ['PostToolUse'] }, (api) => {
      api.hooks.PostToolUse.tap(() => Object.defineProperty({}, 'context', { enumerable: true, get: throws }));
    }),
    codes: ['HOOK_FAILED bad'],
  },
  {
    what: 'returns a promise of its own making that never keeps its word',
    entry: bad({ taps: ['PostToolUse'] }, (api) => {
      // biome-ignore lint/suspicious/noThenProperty: this is what it does wrong
      api.hooks.PostToolUse.tap({ timeout: 20 }, () => ({ then: () => {} }) as never);
    }),
    codes: ['HOOK_TIMEOUT bad'],
  },
  {
    what: 'changes the value instead of returning a patch',
    entry: bad({ taps: ['PreToolUse'] }, (api) => {
      api.hooks.PreToolUse.tap((value) => {
        (value as { verdict: string }).verdict = 'allow';
      });
    }),
    codes: ['HOOK_FAILED bad'],
    verdict: 'deny',
  },
  {
    what: 'throws in a stream tap',
    entry: bad({ taps: ['SessionEvent'] }, (api) => void api.hooks.SessionEvent.tap(throws)),
    codes: ['HOOK_FAILED bad'],
  },
  {
    what: 'rejects in a stream tap',
    entry: bad({ taps: ['SessionEvent'] }, (api) => {
      api.hooks.SessionEvent.tap(() => Promise.reject(new Error('broken')));
    }),
    codes: ['HOOK_FAILED bad'],
  },
  {
    what: 'lies in its manifest about a service',
    entry: bad({ provides: ['nothing@1'], activate: ['startup'] }),
    codes: ['MANIFEST_BAD bad'],
  },
  {
    what: 'wants a tap of a hook that it did not declare',
    entry: bad({ activate: ['startup'] }, (api) => void api.hooks.PreToolUse.tap(() => ({ verdict: 'allow' }))),
    codes: ['NOT_DECLARED bad', 'SETUP_FAILED bad'],
  },
  {
    what: 'taps a hook that nobody has',
    entry: bad({ taps: ['Deployed' as never], activate: ['startup'] }, (api) => {
      (api.hooks as unknown as Record<string, { tap(fn: () => void): void }>).Deployed?.tap(() => {});
    }),
    codes: ['NO_HOOK bad'],
  },
  {
    what: 'takes a name',
    entry: bad({ contributes: { tools: ['Fine'] } }, (api) => void api.add(Tools, tool('Fine', 'mine'))),
    codes: ['NAME_TAKEN bad'],
  },
  {
    what: 'takes an id',
    entry: { ...bad({}), manifest: { ...bad({}).manifest, id: 'fine' } },
    codes: ['DUPLICATE_ID fine'],
  },
  {
    what: 'needs itself',
    entry: bad({ provides: ['x@1'], requires: ['x@1'], activate: ['startup'] }),
    codes: ['CYCLE bad'],
  },
  {
    what: 'needs what nobody has',
    entry: bad({ requires: ['x@1'], activate: ['startup'] }),
    codes: ['MISSING_SERVICE bad'],
  },
  {
    what: 'is a required guard that fails',
    entry: bad({ taps: ['PreToolUse'], required: true }, throws),
    codes: ['SETUP_FAILED bad'],
    verdict: 'deny',
  },
  {
    what: 'speaks another version of the API',
    entry: { ...bad({}), manifest: { ...bad({}).manifest, api: 2 as never } },
    codes: ['API_MISMATCH bad'],
  },
  {
    what: 'hangs when it is disposed',
    entry: bad({ activate: ['startup'] }, (api) => api.own(() => never())),
    codes: [],
  },
  {
    what: 'adds an item that is nothing',
    entry: bad({ contributes: { tools: ['Nothing'] } }, (api) => void api.add(Tools, undefined as never)),
    codes: ['SETUP_FAILED bad'],
  },
];

describe.each(misdeeds)('an extension that $what', ({ entry, codes: expected, verdict }) => {
  test('is named, and everything else works', async () => {
    const events: string[] = [];
    const fine = extension(
      'fine',
      { taps: ['PreToolUse', 'PostToolUse', 'SessionEvent'], contributes: { tools: ['Fine'] } },
      (api) => {
        api.hooks.PreToolUse.tap(() => ({ context: 'fine saw it' }));
        api.hooks.PostToolUse.tap(({ output }) => ({ output: { ...output, content: `${output.content}!` } }));
        api.hooks.SessionEvent.tap(({ event }) => void events.push(event.type));
        api.add(Tools, tool('Fine'));
      },
    );
    const { kernel, codes, diagnostics } = startKernel([entryOf(fine), entry], { setupLimit: 40 });
    await kernel.start({ mode: 'test', argv: [] });
    const session = fakeSession();

    const before = await kernel.fire('PreToolUse', call({ session }));
    expect(before.verdict).toBe(verdict ?? 'none');
    expect(before.context).toEqual([{ text: 'fine saw it', by: 'fine' }]);

    const used = { session, id: 't', tool: 'Bash', input: {}, context: [], durationMs: 1 };
    const after = await kernel.fire('PostToolUse', { ...used, output: { content: 'done' } });
    expect(after.output.content).toBe('done!');

    await kernel.fire('SessionEvent', eventOf(session, 'hello'));
    expect(events).toEqual(['informational']);
    expect(await (await kernel.item(Tools, 'Fine'))?.run({} as never, {} as never)).toBe('Fine');
    expect((await kernel.items(Tools)).length).toBeGreaterThan(0);

    expect([...new Set(codes())]).toEqual(expected);
    for (const { message } of diagnostics) expect(message).toMatch(/bad|fine/);
  });
});

describe('a manifest that was read from a file may be anything', () => {
  const sound = { id: 'bad', version: '1.0.0', api: 1 };
  const manifests: readonly [unknown, RegExp][] = [
    [null, /must be an object/],
    ['text', /must be an object/],
    [[], /must be an object/],
    [{}, /id:.*version:/],
    [{ ...sound, id: '' }, /id:/],
    [{ ...sound, id: '../../etc' }, /id:/],
    [{ ...sound, id: 'kernel' }, /id:/],
    [{ ...sound, version: 1 }, /version:/],
    [{ ...sound, api: '1' }, /api is "1"/],
    [{ id: 'bad', version: '1' }, /api/],
    [{ ...sound, taps: 'PreToolUse' }, /taps: must be a list/],
    [{ ...sound, taps: ['PreTolUse'] }, /PreTolUse.*PreToolUse/],
    [{ ...sound, tap: ['PreToolUse'] }, /tap: is not a known field; did you mean taps/],
    [{ ...sound, provides: ['deploy'] }, /deploy.*noun@major/],
    [{ ...sound, replaces: 5 }, /replaces: must be a list/],
    [{ ...sound, replaces: ['Read'] }, /Read.*point:name/],
    [{ ...sound, activate: ['now'] }, /now.*startup, idle/],
    [{ ...sound, contributes: ['Read'] }, /contributes: must map/],
    [{ ...sound, contributes: { tools: 'Read' } }, /contributes\.tools: must be a list/],
    [{ ...sound, contributes: { tools: [{}] } }, /contributes\.tools\.0/],
    [{ ...sound, required: 'yes' }, /required: must be true or false/],
    [{ ...sound, config: 'none' }, /config: must be/],
    [{ ...sound, hooks: { Deployed: 'event' } }, /hooks\.Deployed/],
    [{ ...sound, hooks: { PreToolUse: 'observe' } }, /hooks\.PreToolUse: is a hook of Tenon/],
  ];
  test.each(manifests)('%j', async (manifest, why) => {
    let loads = 0;
    const fine = extension('fine', { activate: ['startup'] });
    const entry = {
      manifest,
      origin: user,
      load: async () => {
        loads++;
        return fine;
      },
    } as unknown as Entry;
    const { kernel, diagnostics, state } = startKernel([entry, entryOf(fine)]);
    await kernel.start({ mode: 'test', argv: [] });
    expect(diagnostics).toHaveLength(1);
    expect(['MANIFEST_BAD', 'API_MISMATCH']).toContain(diagnostics[0]?.code);
    expect(diagnostics[0]?.message).toMatch(why);
    // the author is told which file it is
    expect(diagnostics[0]?.message).toContain('/home/me/bad');
    expect(loads).toBe(0);
    expect(state('fine')).toBe('active');
  });
});
