import type { RuleUpdate } from 'tenon/plugin-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workspace, type World } from './workspace.ts';

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace();
});
afterAll(() => workspace.dispose());

const rules = (
  type: 'addRules' | 'replaceRules' | 'removeRules',
  content: string,
  destination: RuleUpdate['destination'],
  behavior: 'allow' | 'deny' | 'ask' = 'allow',
): RuleUpdate => ({
  type,
  rules: [{ toolName: 'Bash', ruleContent: content }],
  behavior,
  destination,
});

describe('updates', () => {
  test('of a session hold in it and its subagents only', async () => {
    const world = workspace.world();
    const session = world.session();
    const other = world.session();
    const child = world.session({ parent: session });
    const decide = async (of: typeof session) =>
      (
        await world.permissions.decide(of, {
          id: '1',
          tool: 'Bash',
          input: { command: 'npm test' },
          readOnly: false,
          access: {},
        })
      ).verdict;
    await world.permissions.update(child, [rules('addRules', 'npm test', 'session')]);
    expect([await decide(session), await decide(child), await decide(other)]).toEqual(['allow', 'allow', 'ask']);
    await world.permissions.update(session, [rules('addRules', 'npm:*', 'session', 'deny')]);
    expect(await decide(child)).toBe('deny');
    await world.permissions.update(session, [
      rules('removeRules', 'npm:*', 'session', 'deny'),
      rules('replaceRules', 'make', 'session'),
    ]);
    expect(await decide(session)).toBe('ask');
    expect(world.stored).toEqual([]);
  });

  test('for settings are written to their file, and hold at once', async () => {
    const world = workspace.world({
      layers: [{ source: 'local', permissions: { allow: ['Bash(old)'], additionalDirectories: ['a'] } }],
    });
    const session = world.session();
    await world.permissions.update(session, [
      rules('addRules', 'npm test', 'localSettings'),
      rules('addRules', 'x', 'userSettings', 'deny'),
    ]);
    expect(world.stored).toEqual([
      { source: 'local', key: 'permissions.allow', value: ['Bash(old)', 'Bash(npm test)'] },
      { source: 'user', key: 'permissions.deny', value: ['Bash(x)'] },
    ]);
    const call = { id: '1', tool: 'Bash', input: { command: 'npm test' }, readOnly: false, access: {} };
    expect((await world.permissions.decide(session, call)).verdict).toBe('allow');
    world.stored.length = 0;
    await world.permissions.update(session, [
      rules('removeRules', 'old', 'localSettings'),
      { type: 'addDirectories', directories: [workspace.outside], destination: 'localSettings' },
      { type: 'setMode', mode: 'plan', destination: 'userSettings' },
    ]);
    expect(world.stored).toEqual([
      { source: 'local', key: 'permissions.allow', value: [] },
      { source: 'local', key: 'permissions.additionalDirectories', value: ['a', workspace.outside] },
      { source: 'user', key: 'permissions.defaultMode', value: 'plan' },
    ]);
    expect(world.permissions.roots(session)).toContain(workspace.outside);
  });

  test('to bypassPermissions are refused when it is', async () => {
    const world = workspace.world();
    const update: RuleUpdate = { type: 'setMode', mode: 'bypassPermissions', destination: 'userSettings' };
    await expect(world.permissions.update(world.session(), [update])).rejects.toThrow(/--allow-dangerously/);
    expect(world.stored).toEqual([]);
  });
});

describe('suggestions', () => {
  const contents = async (world: World, command: string) => {
    const { suggestions } = await world.bash(command);
    return suggestions.flatMap((update) =>
      update.type === 'addRules' ? update.rules.map((rule) => rule.ruleContent) : [],
    );
  };
  test('name what is not covered, each command by itself, at most five', async () => {
    const world = workspace.world();
    expect(await contents(world, 'npm run build && ls && git push origin main')).toEqual([
      'npm run build:*',
      'git push:*',
    ]);
    expect(await contents(world, 'python x.py')).toEqual(['python x.py']);
    expect(await contents(world, 'a; b; c; d; e; f')).toEqual([]);
    expect(await contents(world, 'sudo rm x')).toEqual([]);
    expect(await contents(world, 'x $(y)')).toEqual([]);
    expect((await world.bash('rm -rf ~')).suggestions).toEqual([]);
  });

  test('applied, save the next question', async () => {
    const world = workspace.world();
    for (const command of [
      'npm run build -- --prod',
      'make all',
      'git commit -m "a (b) c"',
      'python -c "print(1)"',
      './run.sh a',
      'npm test && cargo build',
    ]) {
      const session = world.session();
      const call = { id: '1', tool: 'Bash', input: { command }, readOnly: false, access: {} };
      const { verdict, suggestions } = await world.permissions.decide(session, call);
      expect(verdict, command).toBe('ask');
      await world.permissions.update(
        session,
        suggestions.map((update) => ({ ...update, destination: 'session' as const })),
      );
      expect(await world.permissions.decide(session, call), command).toMatchObject({ verdict: 'allow' });
    }
    const session = world.session();
    const call = {
      id: '1',
      tool: 'Read',
      input: { file_path: `${workspace.outside}/secret.txt` },
      readOnly: true,
      access: {},
    };
    await world.permissions.update(session, (await world.permissions.decide(session, call)).suggestions);
    expect((await world.permissions.decide(session, call)).verdict).toBe('allow');
    expect((await world.permissions.decide(session, { ...call, input: { file_path: '/etc/passwd' } })).verdict).toBe(
      'ask',
    );
  });
});
