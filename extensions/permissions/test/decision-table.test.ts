import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BENIGN } from './table/benign.ts';
import { CRITICAL, HOSTILE } from './table/hostile.ts';
import { POLICY, type PolicyRow } from './table/policy.ts';
import { Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace();
});
afterAll(() => workspace.dispose());

function worldOf({ allow = [], ask = [], deny = [] }: Partial<PolicyRow>) {
  return workspace.world({ layers: [{ source: 'user', permissions: { allow, ask, deny } }] });
}

describe('hostile commands are not allowed', () => {
  for (const [category, commands] of Object.entries(HOSTILE)) {
    test(category, async () => {
      const world = workspace.world();
      const wrong: string[] = [];
      for (const command of commands) {
        const { verdict } = await world.bash(workspace.fill(command));
        if (verdict === 'allow') wrong.push(command);
      }
      expect(wrong).toEqual([]);
    });
  }

  test('critical removals are questions in bypassPermissions', async () => {
    const world = workspace.world();
    const wrong: string[] = [];
    for (const command of CRITICAL) {
      const { verdict } = await world.bash(workspace.fill(command), { mode: 'bypassPermissions' });
      if (verdict === 'allow') wrong.push(command);
    }
    expect(wrong).toEqual([]);
  });
});

test('benign commands are allowed', async () => {
  const world = workspace.world();
  const wrong: string[] = [];
  for (const command of BENIGN) {
    const { verdict, reason } = await world.bash(workspace.fill(command));
    if (verdict !== 'allow') wrong.push(`${command}: ${verdict}: ${reason}`);
  }
  expect(wrong).toEqual([]);
});

describe('policy', () => {
  POLICY.forEach((row, index) => {
    const { allow, ask, deny, mode } = row;
    test(`${index + 1}: ${JSON.stringify({ allow, ask, deny, mode })} ${row.want}`, async () => {
      const world = worldOf(row);
      const wrong: string[] = [];
      for (const command of row.run) {
        const { verdict, reason } = await world.bash(workspace.fill(command), { mode: mode ?? 'default' });
        const fine = row.want === 'not-allow' ? verdict !== 'allow' : verdict === row.want;
        if (!fine) wrong.push(`${command}: ${verdict}: ${reason}`);
      }
      expect(wrong).toEqual([]);
    });
  });
});
