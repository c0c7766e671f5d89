import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitRules } from '../flags.ts';
import { Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace();
});
afterAll(() => workspace.dispose());

describe('rules from settings layers', () => {
  test('of all scopes together deny beats ask beats allow', async () => {
    const world = workspace.world({
      layers: [
        { source: 'managed', permissions: { allow: ['Bash(a:*)', 'Bash(b:*)'] } },
        { source: 'local', permissions: { ask: ['Bash(b:*)'] } },
        { source: 'project', permissions: { allow: ['Bash(c:*)'] } },
        { source: 'user', permissions: { deny: ['Bash(a:*)'], allow: ['Bash(d:*)'] } },
      ],
    });
    expect((await world.bash('a x')).verdict).toBe('deny');
    expect((await world.bash('b x')).verdict).toBe('ask');
    expect((await world.bash('c x')).verdict).toBe('allow');
    expect((await world.bash('d x')).verdict).toBe('allow');
  });

  test('an untrusted project can tighten but not loosen, and that is said once', async () => {
    const permissions = {
      allow: ['Bash(a:*)'],
      deny: ['Bash(b:*)'],
      ask: ['Bash(ls:*)'],
      additionalDirectories: ['../..'],
    };
    for (const source of ['project', 'local'] as const) {
      const world = workspace.world({ trusted: false, layers: [{ source, permissions }] });
      expect((await world.bash('a x')).verdict).toBe('ask');
      expect((await world.bash('b x')).verdict).toBe('deny');
      expect((await world.bash('ls')).verdict).toBe('ask');
      expect((await world.call('Read', { file_path: join(workspace.home, 'x') }, { readOnly: true })).verdict).toBe(
        'ask',
      );
      expect(world.warnings).toHaveLength(1);
      expect(world.warnings[0]).toMatch(
        /settings.json: permissions.allow and permissions.additionalDirectories are ignored/,
      );
      world.trusted = true;
      expect((await world.bash('a x')).verdict).toBe('allow');
    }
  });

  test('what the reader of the settings said already is not said again', async () => {
    const layers = [{ source: 'project', permissions: { allow: ['Bash(a:*)', 'Write(x)'] } }] as const;
    const path = 'project/settings.json';
    for (const [skipped, said] of [[true, 0] as const, [false, 1] as const]) {
      const world = workspace.world({
        trusted: false,
        layers,
        problems: [{ source: 'project', path, skipped, message: '' }],
      });
      expect((await world.bash('a x')).verdict).toBe('ask');
      expect(world.warnings).toHaveLength(said);
    }
  });

  test('folders that a trusted project adds lie in its repository', async () => {
    const additionalDirectories = ['/etc', '../..', 'link-out', '~', 'src'];
    for (const source of ['project', 'local'] as const) {
      const world = workspace.world({ layers: [{ source, permissions: { additionalDirectories } }] });
      expect((await world.bash(`cat ${join(workspace.home, 'x')}`)).verdict).toBe('ask');
      expect((await world.bash('cat link-out/secret.txt')).verdict).toBe('ask');
      expect(world.permissions.roots(world.session())).toEqual([workspace.root, join(workspace.root, 'src')]);
      expect(world.warnings).toHaveLength(4);
    }
    const world = workspace.world({ layers: [{ source: 'user', permissions: { additionalDirectories: ['~/x'] } }] });
    expect((await world.bash(`cat ${join(workspace.home, 'x')}`)).verdict).toBe('allow');
  });

  test('the anchor of /path is the folder of the settings', async () => {
    const world = workspace.world({
      layers: [
        { source: 'project', permissions: { deny: ['Read(/data.csv)'] } },
        { source: 'user', permissions: { deny: ['Read(/notes.txt)'] } },
      ],
    });
    const read = async (path: string) => (await world.call('Read', { file_path: path }, { readOnly: true })).verdict;
    expect(await read('data.csv')).toBe('deny');
    expect(await read('src/data.csv')).toBe('allow');
    expect(await read('notes.txt')).toBe('allow');
    expect(await read(join(workspace.home, '.claude', 'notes.txt'))).toBe('deny');
  });

  test('wrong rules are reported with file and text, and read as the strictest', async () => {
    const world = workspace.world({
      layers: [
        {
          source: 'user',
          permissions: { allow: ['Bash(x', 7, 'bash(y)'], deny: [{ tool: 'Bash' }, 'WebFetch(x'], ask: 'Bash(npm:*)' },
        },
      ],
    });
    expect((await world.bash('x')).verdict).toBe('ask');
    expect((await world.bash('y')).verdict).toBe('ask');
    expect((await world.call('WebFetch', { url: 'https://x.org' })).verdict).toBe('deny');
    expect((await world.bash('npm test', { mode: 'bypassPermissions' })).verdict).toBe('ask');
    expect(world.warnings).toHaveLength(5);
    for (const warning of world.warnings)
      expect(warning).toMatch(/^user\/settings.json: the (allow|deny) rule .* is wrong: /);
  });

  test('Write(path) never fits, and that is said', async () => {
    const world = workspace.world({ layers: [{ source: 'user', permissions: { deny: ['Write(src/**)'] } }] });
    expect((await world.call('Write', { file_path: 'src/a.ts' }, { mode: 'acceptEdits' })).verdict).toBe('allow');
    expect(world.warnings).toEqual([expect.stringContaining('never fits')]);
  });

  test('managed settings can be the only ones that allow', async () => {
    const world = workspace.world({
      flags: { allowedTools: ['Bash(c:*)'] },
      layers: [
        { source: 'managed', value: { allowManagedPermissionRulesOnly: true, permissions: { allow: ['Bash(a:*)'] } } },
        { source: 'user', permissions: { allow: ['Bash(b:*)'], deny: ['Bash(d:*)'] } },
      ],
    });
    expect((await world.bash('a')).verdict).toBe('allow');
    expect((await world.bash('b')).verdict).toBe('ask');
    expect((await world.bash('c')).verdict).toBe('ask');
    expect((await world.bash('d')).verdict).toBe('deny');
  });

  test('rules are kept until the settings change', async () => {
    const world = workspace.world({ layers: [{ source: 'user', permissions: { allow: ['Bash(a:*)'] } }] });
    expect((await world.bash('a')).verdict).toBe('allow');
    world.layers = [];
    expect((await world.bash('a')).verdict).toBe('allow');
    world.forget();
    expect((await world.bash('a')).verdict).toBe('ask');
  });
});

describe('flags', () => {
  test('lists are split at commas and blanks outside of parentheses', () => {
    expect(splitRules('Bash(git log *),Read Edit(src/**), mcp__a')).toEqual([
      'Bash(git log *)',
      'Read',
      'Edit(src/**)',
      'mcp__a',
    ]);
    expect(splitRules('Bash(a, b (c) d),X')).toEqual(['Bash(a, b (c) d)', 'X']);
    expect(splitRules('Bash(echo \\( x),X')).toEqual(['Bash(echo \\( x)', 'X']);
    expect(splitRules(' , ')).toEqual([]);
  });

  test('--allowedTools, --disallowedTools and --add-dir', async () => {
    const world = workspace.world({
      flags: {
        allowedTools: ['Bash(npm test),Bash(make *)', 'Edit'],
        disallowedTools: ['Bash(make install)'],
        'add-dir': ['../../../../outside'],
      },
    });
    expect((await world.bash('npm test')).verdict).toBe('allow');
    expect((await world.bash('make all')).verdict).toBe('allow');
    expect((await world.bash('make install')).verdict).toBe('deny');
    expect((await world.bash(`cat ${workspace.outside}/secret.txt`)).verdict).toBe('allow');
    expect(world.permissions.roots(world.session())).toEqual([workspace.root, workspace.outside]);
  });
});

describe('modes', () => {
  const mode = (options: Parameters<Workspace['world']>[0]) => workspace.world(options).permissions.initialMode();
  test('come from flags and from settings that are not the project’s', async () => {
    expect(await mode({})).toBe('default');
    expect(await mode({ flags: { 'permission-mode': 'manual' } })).toBe('default');
    expect(await mode({ flags: { 'permission-mode': 'acceptEdits' } })).toBe('acceptEdits');
    expect(await mode({ layers: [{ source: 'user', permissions: { defaultMode: 'plan' } }] })).toBe('plan');
    expect(
      await mode({
        flags: { 'permission-mode': 'plan' },
        layers: [{ source: 'user', permissions: { defaultMode: 'dontAsk' } }],
      }),
    ).toBe('plan');
    for (const source of ['project', 'local'] as const) {
      expect(await mode({ layers: [{ source, permissions: { defaultMode: 'bypassPermissions' } }] })).toBe('default');
      expect(await mode({ layers: [{ source, permissions: { defaultMode: 'acceptEdits' } }] })).toBe('default');
    }
    const world = workspace.world({ layers: [{ source: 'user', permissions: { defaultMode: 'yolo' } }] });
    expect(await world.permissions.initialMode()).toBe('default');
    expect(world.warnings[0]).toMatch(/defaultMode "yolo" is not a mode/);
  });

  test('bypassPermissions is refused for root, where settings forbid it, and where it was not asked for at the start', async () => {
    const refuse = (options: Parameters<Workspace['world']>[0]) =>
      workspace.world(options).permissions.refuseMode('bypassPermissions');
    const flags = { 'dangerously-skip-permissions': true };
    expect(await refuse({ flags })).toBeUndefined();
    expect(await refuse({ flags: { 'allow-dangerously-skip-permissions': true } })).toBeUndefined();
    expect(await refuse({})).toMatch(/--allow-dangerously-skip-permissions/);
    expect(await refuse({ flags, uid: 0 })).toMatch(/refused for root/);
    expect(await refuse({ flags, uid: 0, env: { IS_SANDBOX: '1' } })).toBeUndefined();
    for (const source of ['managed', 'project', 'user'] as const) {
      expect(
        await refuse({ flags, layers: [{ source, permissions: { disableBypassPermissionsMode: 'disable' } }] }),
      ).toMatch(/disabled by/);
    }
    expect(await mode({ flags })).toBe('bypassPermissions');
    await expect(mode({ flags, uid: 0 })).rejects.toThrow(/root/);
    expect(
      await mode({ uid: 0, layers: [{ source: 'user', permissions: { defaultMode: 'bypassPermissions' } }] }),
    ).toBe('default');
    expect(await workspace.world({}).permissions.refuseMode('acceptEdits')).toBeUndefined();
    expect(await workspace.world({}).permissions.refuseMode('yolo' as never)).toMatch(/no permission mode/);
  });

  test('without the extension for it, auto asks as default does and says so', async () => {
    const world = workspace.world();
    expect((await world.bash('npm test', { mode: 'auto' })).verdict).toBe('ask');
    expect((await world.bash('npm test', { mode: 'auto' })).verdict).toBe('ask');
    expect(world.warnings).toEqual([expect.stringContaining('there is no extension for the permission mode auto')]);
  });
});
