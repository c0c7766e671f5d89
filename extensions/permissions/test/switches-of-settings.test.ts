import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LayerSpec, Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace();
});
afterAll(() => workspace.dispose());

const world = (permissions: Record<string, unknown>, flags = {}) =>
  workspace.world({
    flags,
    layers: [{ source: 'user', permissions: permissions as NonNullable<LayerSpec['permissions']> }],
  });
const READS = ['Read', 'Grep', 'Glob'] as const;

describe('blockReadsOutsideWorkingDirectories', () => {
  test('file tools read nothing outside, in any mode, whatever is allowed', async () => {
    const secret = join(workspace.outside, 'secret.txt');
    const blocked = world({ blockReadsOutsideWorkingDirectories: true, allow: ['Read', 'Read(//**)', 'Grep', 'Glob'] });
    for (const mode of ['default', 'acceptEdits', 'plan', 'dontAsk', 'bypassPermissions'] as const) {
      for (const tool of READS) {
        const input = tool === 'Read' ? { file_path: secret } : { path: workspace.outside, pattern: 'x' };
        const decision = await blocked.call(tool, input, { mode, readOnly: true, hook: 'allow' });
        expect(decision, `${tool} in ${mode}`).toMatchObject({
          verdict: 'deny',
          reason: expect.stringMatching(/outside of the working folder \(blockReads.*--add-dir/),
        });
      }
      expect((await blocked.call('Read', { file_path: 'link-file' }, { mode, readOnly: true })).verdict).toBe('deny');
      expect((await blocked.call('Read', { file_path: 'src/a.ts' }, { mode, readOnly: true })).verdict).toBe('allow');
    }
  });

  test('commands that read outside are asked about, also where a rule allows reading', async () => {
    const command = `cat ${workspace.outside}/secret.txt`;
    expect((await world({ allow: ['Read(//**)'] }).bash(command)).verdict).toBe('allow');
    expect(
      (await world({ allow: ['Read(//**)'], blockReadsOutsideWorkingDirectories: true }).bash(command)).verdict,
    ).toBe('ask');
  });

  test('folders that were added are inside, and writing is another switch', async () => {
    const blocked = world({ blockReadsOutsideWorkingDirectories: true }, { 'add-dir': [workspace.outside] });
    const input = { file_path: join(workspace.outside, 'secret.txt') };
    expect((await blocked.call('Read', input, { readOnly: true })).verdict).toBe('allow');
    const other = world({ blockReadsOutsideWorkingDirectories: true, allow: ['Edit(//**)'] });
    expect((await other.call('Write', { file_path: join(workspace.outside, 'new.txt') })).verdict).toBe('allow');
  });
});

describe('blockWritesOutsideWorkingDirectories', () => {
  test('file tools write nothing outside, in any mode, whatever is allowed', async () => {
    const blocked = world({ blockWritesOutsideWorkingDirectories: true, allow: ['Edit', 'Edit(//**)', 'Write'] });
    for (const mode of ['default', 'acceptEdits', 'dontAsk', 'bypassPermissions'] as const) {
      for (const tool of ['Edit', 'Write', 'NotebookEdit'] as const) {
        const field = tool === 'NotebookEdit' ? 'notebook_path' : 'file_path';
        const decision = await blocked.call(tool, { [field]: join(workspace.outside, 'x') }, { mode, hook: 'allow' });
        expect(decision.verdict, `${tool} in ${mode}`).toBe('deny');
      }
      expect((await blocked.call('Write', { file_path: 'link-out/x.txt' }, { mode })).verdict).toBe('deny');
      expect((await blocked.call('Write', { file_path: 'src/new.ts' }, { mode })).verdict).toBe('allow');
    }
  });

  test('a project can switch it on, and not off', async () => {
    const call = (layers: readonly LayerSpec[]) =>
      workspace
        .world({ layers })
        .call('Write', { file_path: join(workspace.outside, 'x') }, { mode: 'bypassPermissions' });
    const on = { blockWritesOutsideWorkingDirectories: true };
    const off = { blockWritesOutsideWorkingDirectories: false };
    expect((await call([{ source: 'project', permissions: on }])).verdict).toBe('deny');
    expect(
      (
        await call([
          { source: 'project', permissions: off },
          { source: 'user', permissions: on },
        ])
      ).verdict,
    ).toBe('deny');
    expect((await call([{ source: 'user', permissions: off }])).verdict).toBe('allow');
  });
});

describe('denyInsteadOfPrompting and --permission-prompts none', () => {
  test.each([
    [
      'the setting',
      { denyInsteadOfPrompting: true },
      {},
      /nobody is asked \(denyInsteadOfPrompting in .*settings\.json\)/,
    ],
    ['the flag', {}, { 'permission-prompts': 'none' }, /nobody is asked \(--permission-prompts none\)/],
  ])(
    '%s: what would be asked is denied with its reason, and the rest stays',
    async (_name, permissions, flags, reason) => {
      const silent = world({ ...permissions, allow: ['Bash(npm test)'], ask: ['Bash(npm publish)'] }, flags);
      expect((await silent.bash('npm test')).verdict).toBe('allow');
      expect((await silent.bash('ls')).verdict).toBe('allow');
      expect(await silent.bash('npm install')).toMatchObject({
        verdict: 'deny',
        reason: expect.stringMatching(reason),
      });
      expect((await silent.bash('npm publish', { mode: 'bypassPermissions' })).verdict).toBe('deny');
      expect((await silent.bash('npm install', { mode: 'bypassPermissions' })).verdict).toBe('allow');
      expect((await silent.bash('npm install', { hook: 'allow' })).verdict).toBe('allow');
      expect((await silent.call('AskUserQuestion', { questions: [] })).verdict).toBe('deny');
      expect((await silent.permissions.path(silent.session(), '/etc/passwd', 'read')).verdict).toBe('deny');
    },
  );

  test('host asks as without the flag', async () => {
    expect((await world({}, { 'permission-prompts': 'host' }).bash('npm install')).verdict).toBe('ask');
  });
});

test('disableAutoMode of any layer refuses the mode auto', async () => {
  for (const source of ['managed', 'project', 'user'] as const) {
    const layers: readonly LayerSpec[] = [{ source, permissions: { disableAutoMode: 'disable' } }];
    const { permissions } = workspace.world({ layers });
    expect(await permissions.refuseMode('auto')).toMatch(/auto is disabled by .*settings\.json/);
    const flagged = workspace.world({ layers, flags: { 'permission-mode': 'auto' } });
    await expect(flagged.permissions.initialMode()).rejects.toThrow(/auto is disabled/);
  }
  const both = workspace.world({
    layers: [{ source: 'user', permissions: { disableAutoMode: 'disable', defaultMode: 'auto' } }],
  });
  expect(await both.permissions.initialMode()).toBe('default');
  expect(both.warnings.join()).toMatch(/auto is disabled by/);
  expect(await workspace.world({}).permissions.refuseMode('auto')).toBeUndefined();
});

test('allowManagedPermissionRulesOnly: what a session is told to allow does not count, and is not offered', async () => {
  const managed = workspace.world({
    layers: [{ source: 'managed', value: { allowManagedPermissionRulesOnly: true } }],
  });
  const free = workspace.world({});
  for (const [one, verdict] of [
    [managed, 'ask'],
    [free, 'allow'],
  ] as const) {
    const session = one.session();
    const call = { id: 'c', tool: 'Bash', input: { command: 'npm test' }, readOnly: false, access: {} };
    const before = await one.permissions.decide(session, call, 'none');
    expect(before.suggestions.length > 0).toBe(one === free);
    await one.permissions.update(session, [
      {
        type: 'addRules',
        behavior: 'allow',
        destination: 'session',
        rules: [{ toolName: 'Bash', ruleContent: 'npm test' }],
      },
    ]);
    expect((await one.permissions.decide(session, call, 'none')).verdict).toBe(verdict);
  }
});
