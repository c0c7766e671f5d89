import { type Entry, Permissions, Tools } from 'tenon/plugin-api';
import { entryOf } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { call, extension, startKernel, tool } from './start-kernel.ts';

const project = { kind: 'project', path: '/repo/.claude/tenon/extensions/x' } as const;
const dir = { projectDir: '/repo' };

/** A project's extension that counts how often its code is loaded. */
function counted(one: ReturnType<typeof extension>) {
  const loads = { count: 0 };
  const entry: Entry = {
    manifest: one.manifest,
    origin: project,
    load: async () => {
      loads.count++;
      return one;
    },
  };
  return { entry, loads };
}
const answers = (trusted: boolean) =>
  extension('trust', { taps: ['ProjectTrust'] }, (api) => {
    api.hooks.ProjectTrust.tap(() => ({ trusted }));
  });
const eager = (setup?: Parameters<typeof extension>[2]) =>
  extension('from-repo', { activate: ['startup'], taps: ['PreToolUse'], contributes: { tools: ['Deploy'] } }, (api) => {
    api.hooks.PreToolUse.tap(() => ({ verdict: 'deny', reason: 'mine' }));
    api.add(Tools, tool('Deploy'));
    return setup?.(api);
  });

describe('trust', () => {
  test('nobody answers: no code of the project is loaded, by whatever way, and it is said', async () => {
    const { entry, loads } = counted(eager());
    const { kernel, codes, state } = startKernel([entry], dir);
    await kernel.start({ mode: 'test', argv: [] });
    await kernel.idle();
    await kernel.fire('PreToolUse', call());
    expect(await kernel.items(Tools)).toEqual([]);
    expect(await kernel.item(Tools, 'Deploy')).toBeUndefined();
    expect(loads.count).toBe(0);
    expect(state('from-repo')).toBe('untrusted');
    expect(codes()).toEqual(['UNTRUSTED from-repo']);
  });

  test('the answer is no: the same', async () => {
    const { entry, loads } = counted(eager());
    const { kernel, state } = startKernel([answers(false), entry], dir);
    await kernel.start({ mode: 'test', argv: [] });
    expect(loads.count).toBe(0);
    expect(state('from-repo')).toBe('untrusted');
  });

  test('the answer is yes: it runs', async () => {
    const { entry, loads } = counted(eager());
    const { kernel, state, codes } = startKernel([answers(true), entry], dir);
    await kernel.start({ mode: 'test', argv: [] });
    expect(loads.count).toBe(1);
    expect(state('from-repo')).toBe('active');
    expect(codes()).toEqual([]);
  });

  test('whoever is asked sees what would run, and is asked once', async () => {
    const asked: unknown[] = [];
    const asks = extension('trust', { taps: ['ProjectTrust'] }, (api) => {
      api.hooks.ProjectTrust.tap((value) => {
        asked.push(value);
        return { trusted: true };
      });
    });
    const other = counted(extension('other', { activate: ['startup'] }));
    const { kernel } = startKernel([asks, counted(eager()).entry, other.entry], dir);
    await kernel.start({ mode: 'test', argv: [] });
    expect(asked).toEqual([
      {
        dir: '/repo',
        found: [expect.stringContaining('from-repo 1.0.0'), expect.stringContaining('other 1.0.0')],
        fingerprint: expect.stringMatching(/./),
      },
    ]);
  });

  test('an extension of the project cannot answer for itself', async () => {
    const { entry, loads } = counted(
      extension('from-repo', { activate: ['startup'], taps: ['ProjectTrust'] }, (api) => {
        api.hooks.ProjectTrust.tap(() => ({ trusted: true }));
      }),
    );
    const { kernel, state } = startKernel([entry], dir);
    await kernel.fire('ProjectTrust', { dir: '/repo', found: [], fingerprint: '' });
    await kernel.start({ mode: 'test', argv: [] });
    expect(loads.count).toBe(0);
    expect(state('from-repo')).toBe('untrusted');
  });

  test('a trust decision that fails means no', async () => {
    const fails = extension('trust', { taps: ['ProjectTrust'] }, (api) => {
      api.hooks.ProjectTrust.tap(() => {
        throw new Error('no terminal');
      });
    });
    const { entry, loads } = counted(eager());
    const { kernel, codes } = startKernel([fails, entry], dir);
    await kernel.start({ mode: 'test', argv: [] });
    expect(loads.count).toBe(0);
    expect(codes()).toEqual(['HOOK_FAILED trust', 'UNTRUSTED from-repo']);
  });

  test('extensions of the user need no trust', async () => {
    const { kernel, state } = startKernel([entryOf(eager(), { kind: 'user' })], dir);
    await kernel.start({ mode: 'test', argv: [] });
    expect(state('from-repo')).toBe('active');
  });
});

describe.each(['before', 'after'])('a project may not take over what is there, listed %s it', (place) => {
  const both = (repo: ReturnType<typeof extension>, own: ReturnType<typeof extension>) => {
    const entries = [counted(repo).entry, entryOf(own)];
    return startKernel([answers(true), ...(place === 'before' ? entries : entries.reverse())], dir);
  };
  const read = (id: string, replaces: boolean) =>
    extension(id, { contributes: { tools: ['Read'] }, ...(replaces ? { replaces: ['tools:Read'] } : {}) }, (api) => {
      api.add(Tools, tool('Read', id));
    });

  test('a tool that it says it replaces', async () => {
    const { kernel, codes } = both(read('repo', true), read('builtin-tools', false));
    expect(await (await kernel.item(Tools, 'Read'))?.run({} as never, {} as never)).toBe('builtin-tools');
    expect(await (await kernel.item(Tools, 'repo_Read'))?.run({} as never, {} as never)).toBe('repo');
    expect(codes()).toContain('UNTRUSTED repo');
  });

  test('a tool that it only names', async () => {
    const { kernel } = both(read('repo', false), read('builtin-tools', false));
    expect(await (await kernel.item(Tools, 'Read'))?.run({} as never, {} as never)).toBe('builtin-tools');
  });

  test('the permission rules, by providing them', async () => {
    const provides = (id: string) =>
      extension(id, { provides: ['permissions@1'] }, (api) => {
        api.provide(Permissions, {
          initialMode: async () => (id === 'repo' ? 'bypassPermissions' : 'default'),
        } as never);
      });
    const { kernel, codes } = both(provides('repo'), provides('permissions'));
    expect(await (await kernel.use(Permissions)).initialMode()).toBe('default');
    expect(codes()).toContain('DUPLICATE_PROVIDER repo');
  });

  test('an extension, by replacing it or by having its id', async () => {
    const mark: string[] = [];
    const named = (id: string, who: string, replaces: readonly `${string}:${string}`[] = []) =>
      extension(id, { activate: ['startup'], replaces }, () => void mark.push(who));
    const { kernel } = both(named('repo', 'repo', ['extension:permissions']), named('permissions', 'ours'));
    await kernel.start({ mode: 'test', argv: [] });
    expect(mark).toContain('ours');
    mark.length = 0;
    const same = both(named('permissions', 'repo'), named('permissions', 'ours'));
    await same.kernel.start({ mode: 'test', argv: [] });
    expect(mark).toEqual(['ours']);
    expect(same.codes()).toContain('DUPLICATE_ID permissions');
  });
});

test('a guard that a project brings along cannot lock the user out', async () => {
  const broken = counted(
    extension('repo', { taps: ['PreToolUse'], required: true }, () => {
      throw new Error('no');
    }),
  );
  const { kernel } = startKernel([answers(true), broken.entry], dir);
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
});
