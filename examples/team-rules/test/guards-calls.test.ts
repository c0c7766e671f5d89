import { callTool, createHarness, fakeSession, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { whyNot } from '../src/guard.ts';
import teamRules from '../src/index.ts';

const rules = { branches: ['main', 'release/1'], folders: ['generated'], advice: [] };

describe('a call', () => {
  const here = { cwd: '/repo/src', root: '/repo' };
  test.each([
    ['git push origin main', /main/],
    ['git -C .. push --force origin HEAD:main', /main/],
    ['npm test && git push origin +main', /main/],
    ['git push origin release/1', /release\/1/],
    ['git push origin maintenance', undefined],
    ['git push origin main:fix', undefined],
    ['git pull origin main', undefined],
    ['echo main', undefined],
  ])('Bash %s', (command, why) => {
    const reason = whyNot({ tool: 'Bash', input: { command }, ...here }, rules);
    if (why === undefined) expect(reason).toBeUndefined();
    else expect(reason).toMatch(why);
  });

  test.each([
    ['Write', '/repo/generated/a.ts', true],
    ['Edit', '../generated/a.ts', true],
    ['Edit', '/repo/generated', true],
    ['Write', '/repo/generated-by-hand/a.ts', false],
    ['Write', '/repo/src/generated.ts', false],
    ['Read', '/repo/generated/a.ts', false],
  ])('%s %s', (tool, file_path, denied) => {
    expect(whyNot({ tool, input: { file_path }, ...here }, rules) !== undefined).toBe(denied);
  });
});

test('a forbidden push is denied although the user allows everything, and the model reads why', async () => {
  const h = await createHarness({
    extensions: [teamRules],
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    model: [callTool('Bash', { command: 'git push origin main' }), say('sorry')],
  });
  const run = await h.prompt('ship it');
  expect(run.calls('Bash')).toMatchObject([{ verdict: 'deny', decidedBy: 'hook' }]);
  expect(run.requests[1]).toContainToolResult(/does not push to main/);
});

test('the settings of the team count', async () => {
  const h = await createHarness({
    extensions: [teamRules],
    config: { extensions: { 'team-rules': { branches: ['trunk'], folders: ['dist'], advice: ['Be kind.'] } } },
    model: [callTool('TeamRules'), say('ok')],
    answers: { permission: 'allow' },
  });
  const run = await h.prompt('what are the rules?');
  expect(run.calls('TeamRules')).toMatchObject([
    { result: 'Never push to trunk.\nNever write below dist/.\nBe kind.' },
  ]);
});

test('while its settings cannot be read, its rules are the strict ones', async () => {
  const h = await createHarness({
    extensions: [teamRules],
    config: { extensions: { 'team-rules': { branches: 'none' } } },
    expectDiagnostics: ['BAD_CONFIG'],
  });
  const push = { command: 'git push origin main' };
  const session = fakeSession({ cwd: h.project.dir });
  const value = { session, id: 't', tool: 'Bash', input: push, verdict: 'none', reasons: [], context: [] } as const;
  expect((await h.fire('PreToolUse', value)).verdict).toBe('deny');
});
