import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, PermissionMode } from 'tenon/plugin-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workspace, type World } from './workspace.ts';

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace();
  linkSync(join(workspace.outside, 'secret.txt'), join(workspace.root, 'hard-link'));
  mkdirSync(join(workspace.root, 'a'));
  symlinkSync('..', join(workspace.root, 'a', 'up'));
});
afterAll(() => workspace.dispose());

interface Rules {
  readonly allow?: readonly string[];
  readonly ask?: readonly string[];
  readonly deny?: readonly string[];
}
const rulesWorld = ({ allow = [], ask = [], deny = [] }: Rules): World =>
  workspace.world({ layers: [{ source: 'user', permissions: { allow, ask, deny } }] });

type Row = readonly [want: 'allow' | 'ask' | 'deny', tool: string, path: string, rules?: Rules, mode?: PermissionMode];

const ROWS: readonly Row[] = [
  ['allow', 'Read', '{root}/src/a.ts'],
  ['allow', 'Read', 'src/a.ts'],
  ['allow', 'Read', '{root}/not-there'],
  ['allow', 'Read', '{root}/link-in/a.ts'],
  ['allow', 'Read', '{root}/.git/config'],
  ['ask', 'Read', '{out}/secret.txt'],
  ['ask', 'Read', '/etc/passwd'],
  ['ask', 'Read', '~/.ssh/id_rsa'],
  ['ask', 'Read', '{root}/../x'],
  ['ask', 'Read', '{root}-other/x'],
  ['ask', 'Read', '{root}/link-out/secret.txt'],
  ['ask', 'Read', '{root}/link-file'],
  ['ask', 'Read', '{root}/dangling'],
  // the file tools take `..` as text: what is opened is src/a.ts, and the second one is outside
  ['allow', 'Read', '{root}/link-out/../src/a.ts'],
  ['ask', 'Read', '{root}/link-out/../../x'],
  ['allow', 'Write', '{root}/link-out/../src/a.ts', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/link-out/../.git/config', {}, 'acceptEdits'],
  ['deny', 'Read', '{root}/link-out/../.env', { deny: ['Read(.env)'] }],
  ['ask', 'Read', '{root}/loop-a'],
  ['ask', 'Read', '{root}/src/../../../x'],
  ['ask', 'Read', '/proc/self/environ'],
  ['ask', 'Read', '/proc/self/root{root}/README.md'],
  ['ask', 'Read', '/dev/zero'],
  ['allow', 'Read', '{root}/a/up/README.md'],
  ['deny', 'Read', 'a\0b'],
  ['deny', 'Read', `/${'a'.repeat(5_000)}`],
  ['deny', 'Read', 'file:///etc/passwd'],
  ['deny', 'Read', 'https://example.com/x'],
  ['deny', 'Read', '\\\\server\\share'],

  ['ask', 'Edit', '{root}/src/a.ts'],
  ['allow', 'Edit', '{root}/src/a.ts', {}, 'acceptEdits'],
  ['allow', 'Write', '{root}/new.ts', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/.git/hooks/x', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/.GIT/config', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/.gi\u200dt/config', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/.claude/settings.json', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/.CLAUDE/settings.local.json', {}, 'acceptEdits'],
  ['allow', 'Write', '{root}/.claude/worktrees/one/x.ts', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/.claude/worktrees/../settings.json', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/.mcp.json', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/sub/.vscode/tasks.json', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/.npmrc', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/link-git/config', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/link-out/x', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/dangling', {}, 'acceptEdits'],
  ['ask', 'Write', '{root}/hard-link', {}, 'acceptEdits'],
  ['ask', 'Write', '{out}/x', {}, 'acceptEdits'],
  ['ask', 'Write', '~/.bashrc', {}, 'acceptEdits'],
  ['allow', 'Write', '{root}/.git/hooks/x', {}, 'bypassPermissions'],
  ['allow', 'Write', '/etc/x', {}, 'bypassPermissions'],
  ['deny', 'Write', '{root}/.git/hooks/x', { allow: ['Edit', 'Write'] }, 'dontAsk'],
  ['ask', 'Write', '{root}/.git/hooks/x', { allow: ['Edit(**)', 'Write'] }],
  ['ask', 'Edit', '{root}/src/a.ts', {}, 'plan'],
  ['ask', 'Edit', '{root}/src/a.ts', { allow: ['Edit(src/**)'] }, 'plan'],
  ['deny', 'Edit', '{root}/src/a.ts', {}, 'dontAsk'],
  ['deny', 'Read', '/etc/passwd', {}, 'dontAsk'],

  ['allow', 'Edit', '{root}/src/a.ts', { allow: ['Edit(src/**)'] }],
  ['allow', 'Write', '{root}/src/deep/new.ts', { allow: ['Edit(src/**)'] }],
  ['allow', 'Edit', '{root}/src/a.ts', { allow: ['EditFile(src/*.ts)'] }],
  ['allow', 'Edit', '{root}/src/a.ts', { allow: ['Edit(./src/**)'] }],
  ['ask', 'Edit', '{root}/docs/src/x', { allow: ['Edit(src/**)'] }],
  ['ask', 'Edit', '{root}/src/deep/c.ts', { allow: ['Edit(src/*.ts)'] }],
  ['ask', 'Edit', '{root}/srcx/a.ts', { allow: ['Edit(src/**)'] }],
  ['ask', 'Edit', '{root}/link-in/a.ts', { allow: ['Edit(src/**)'] }],
  ['ask', 'Edit', '{root}/link-in/a.ts', { allow: ['Edit(link-in/**)'] }],
  ['allow', 'Edit', '{root}/link-in/a.ts', { allow: ['Edit(link-in/**)', 'Edit(//{root}/**)'] }],
  ['ask', 'Edit', '{root}/src/../.env', { allow: ['Edit(src/**)'] }],
  ['ask', 'Write', '{root}/src/a.ts', { allow: ['Write(src/**)'] }],
  ['ask', 'Write', '{root}/src/a.ts', { allow: ['Edit'] }],
  ['allow', 'Write', '{root}/src/a.ts', { allow: ['Write'] }],
  ['allow', 'Edit', '{root}/package.json', { allow: ['Edit(package.json)'] }],
  ['allow', 'Edit', '{root}/sub/package.json', { allow: ['Edit(package.json)'] }],
  ['allow', 'Read', '{out}/secret.txt', { allow: ['Read(//{out}/**)'] }],
  ['ask', 'Read', '{out}x/secret.txt', { allow: ['Read(//{out}/**)'] }],
  ['ask', 'Read', '{root}/link-file', { allow: ['Read(link-file)'] }],
  ['allow', 'Read', '~/notes/x', { allow: ['Read(~/notes/**)'] }],
  ['ask', 'Read', '/proc/self/environ', { allow: ['Read(//**)'] }],

  ['deny', 'Read', '{root}/.env', { deny: ['Read(.env)'] }],
  ['deny', 'Read', '{root}/.ENV', { deny: ['Read(.env)'] }],
  ['deny', 'Read', '{root}/src/.env', { deny: ['Read(.env)'] }],
  ['deny', 'Read', '{root}/src/.env', { deny: ['Read(./.env)'] }],
  ['deny', 'Read', '{root}/link-env', { deny: ['Read(.env)'] }],
  ['deny', 'Read', '{root}/link-env', { deny: ['Read(link-env)'] }],
  ['deny', 'Read', '{root}/link-file', { deny: ['Read(//{out}/**)'] }],
  ['deny', 'Read', '{root}/link-out/secret.txt', { deny: ['Read(//{out}/secret.txt)'] }],
  ['deny', 'Read', '{root}/link-out/secret.txt', { deny: ['Read(link-out/**)'] }],
  ['deny', 'Edit', '{root}/.env', { deny: ['Read(.env)'] }],
  ['deny', 'Write', '{root}/.env', { deny: ['Read(.env)'] }],
  ['deny', 'Write', '{root}/.env', { deny: ['Edit(.env)'] }],
  ['deny', 'Edit', '{root}/x/secrets/y', { deny: ['Edit(secrets/**)'] }],
  ['deny', 'Read', '{root}/secrets', { deny: ['Read(secrets/**)'] }],
  ['deny', 'Read', '{root}/secrets/a/b', { deny: ['Read(secrets)'] }],
  ['deny', 'Read', '{root}/a.pem', { deny: ['Read(*.pem)'] }],
  ['deny', 'Read', '{root}/x/a.pem', { deny: ['Read(**/*.pem)'] }],
  ['deny', 'Read', '{root}/src/x', { deny: ['Read(src/../src)'] }],
  ['allow', 'Read', '{root}/env', { deny: ['Read(.env)'] }],
  ['allow', 'Read', '{root}/.envx', { deny: ['Read(.env)'] }],
  ['deny', 'Write', '{root}/a', { deny: ['Edit'] }, 'bypassPermissions'],
  ['deny', 'Grep', '{root}/secrets', { deny: ['Read(secrets/**)'] }],
  ['deny', 'Glob', '{root}/secrets', { deny: ['Read(secrets/**)'] }],
  ['deny', 'Read', '{root}/x', { deny: ['Read('] }],
  ['deny', 'Read', '{root}/x', { deny: ['Read()'] }],
  ['deny', 'Read', '{root}/x', { deny: ['Read(!x)'] }],
  ['deny', 'Read', '{root}/x', { deny: ['read(x)'] }],
  ['deny', 'Read', '{root}/x', { deny: ['FileReadTool(x)'] }],
  ['ask', 'Read', '{root}/x', { allow: ['Read'], ask: ['Read(x)'] }],
  ['ask', 'Edit', '{root}/x', { ask: ['Edit(x)'] }, 'bypassPermissions'],
  ['ask', 'Edit', '{root}/x', { ask: ['Edit(x)'] }, 'acceptEdits'],
  ['allow', 'Grep', '{root}/src'],
  ['ask', 'Grep', '/etc'],
  ['ask', 'Grep', '{root}/link-out'],
];

describe('file tools', () => {
  ROWS.forEach(([want, tool, path, rules = {}, mode = 'default'], index) => {
    test(`${index + 1}: ${tool} ${JSON.stringify(path).slice(0, 60)} ${JSON.stringify(rules)} ${mode}: ${want}`, async () => {
      const fill = (list: readonly string[] = []) => list.map((rule) => workspace.fill(rule).replace('///', '//'));
      const world = rulesWorld({ allow: fill(rules.allow), ask: fill(rules.ask), deny: fill(rules.deny) });
      const field = tool === 'Grep' || tool === 'Glob' ? 'path' : 'file_path';
      const input: JsonObject = { [field]: workspace.fill(path) };
      const { verdict, reason } = await world.call(tool, input, { mode, readOnly: !['Edit', 'Write'].includes(tool) });
      expect(verdict, reason).toBe(want);
    });
  });

  test('what the tool says of itself counts as well as its fields', async () => {
    const world = workspace.world();
    const access = { paths: [{ path: '/etc/passwd', access: 'read' as const }] };
    expect((await world.call('Read', { file_path: 'README.md' }, { readOnly: true, access })).verdict).toBe('ask');
    const harmless = { paths: [{ path: 'README.md', access: 'read' as const }] };
    expect((await world.call('Read', { file_path: '/etc/passwd' }, { readOnly: true, access: harmless })).verdict).toBe(
      'ask',
    );
    expect((await world.call('Bash', { command: 'rm x' }, { readOnly: true, access: { command: 'ls' } })).verdict).toBe(
      'ask',
    );
    expect((await world.call('Read', { file_path: { evil: 1 } }, { readOnly: true })).verdict).toBe('ask');
  });

  test('patterns of Glob and Grep may not lead out', async () => {
    const world = workspace.world();
    for (const pattern of ['/etc/**', '../**', '~/.ssh/*', '{/etc,src}/*', 'src/../../**', 'link-out/../../*']) {
      expect((await world.call('Glob', { pattern }, { readOnly: true })).verdict, pattern).not.toBe('allow');
    }
    for (const pattern of ['**/*.ts', 'src/**/*.{ts,tsx}', '*.md']) {
      expect((await world.call('Glob', { pattern }, { readOnly: true })).verdict, pattern).toBe('allow');
    }
    const denying = rulesWorld({ deny: ['Read(.env)'] });
    expect((await denying.call('Grep', { pattern: 'x', glob: '.env' }, { readOnly: true })).verdict).toBe('deny');
  });

  test('path() answers for one path, with links followed', async () => {
    const world = rulesWorld({ deny: ['Read(.env)'] });
    const session = world.session();
    const answer = await world.permissions.path(session, 'link-env', 'read');
    expect(answer).toMatchObject({ verdict: 'deny', resolved: join(workspace.root, '.env') });
    expect((await world.permissions.path(session, 'src/a.ts', 'read')).verdict).toBe('allow');
    expect((await world.permissions.path(session, 'src/a.ts', 'write')).verdict).toBe('ask');
    expect((await world.permissions.path(session, 'x\0', 'read')).verdict).toBe('deny');
  });

  test('a decision says where its paths lead, so that a tool can see that one was exchanged', async () => {
    const { resolved } = await workspace.world().call('Read', { file_path: 'link-in/a.ts' }, { readOnly: true });
    const { root } = workspace;
    expect(resolved).toEqual([{ path: join(root, 'link-in/a.ts'), resolved: join(root, 'src/a.ts') }]);
  });

  test('the question says where a link leads', async () => {
    const { reason, blockedPath } = await workspace
      .world()
      .call('Read', { file_path: 'link-file' }, { readOnly: true });
    expect(blockedPath).toBe(join(workspace.outside, 'secret.txt'));
    expect(reason).toContain(join(workspace.outside, 'secret.txt'));
  });
});
