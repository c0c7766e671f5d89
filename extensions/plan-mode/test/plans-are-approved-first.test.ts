import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PermissionAnswer, PermissionQuestion } from 'tenon/plugin-api';
import { callTool, createHarness, type HarnessOptions, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import planMode from '../index.ts';

const plan = '# Sort the list\n\n1. Use sort().';
const harness = (options: HarnessOptions) =>
  createHarness({ extensions: [planMode], bundled: ['builtin-tools'], ...options });
const approve =
  (more: object = {}) =>
  (question: PermissionQuestion): PermissionAnswer =>
    question.tool === 'ExitPlanMode' ? { verdict: 'allow', ...more } : { verdict: 'deny', message: 'not now' };

test('a plan is made in plan mode, approved, kept, and the mode is what it was', async () => {
  const h = await harness({
    flags: { 'permission-mode': 'acceptEdits' },
    answers: { permission: approve() },
    model: [
      callTool('EnterPlanMode'),
      callTool('Write', { file_path: 'a.txt', content: 'x' }),
      callTool('ExitPlanMode', { plan }),
      callTool('Write', { file_path: 'a.txt', content: 'x' }),
      say('done'),
    ],
  });
  const run = await h.prompt('sort it');
  const [early, late] = run.calls('Write');
  expect(early).toMatchObject({ verdict: 'deny' });
  expect(late).toMatchObject({ verdict: 'allow', decidedBy: 'mode' });
  expect(run.calls('EnterPlanMode')[0]!.result).toMatch(/Change nothing/);
  const [exit] = run.calls('ExitPlanMode');
  expect(exit).toMatchObject({ verdict: 'allow', decidedBy: 'user' });
  expect(exit!.result).toMatch(/approved the plan.*\(permission mode: acceptEdits\).*carry it out now\.$/s);
  const asked = h.questions.find(({ tool }) => tool === 'ExitPlanMode')!;
  const path = join(h.home.dir, '.claude/plans', 'sort-the-list-');
  expect(asked.input).toMatchObject({ plan, planFilePath: expect.stringContaining(path) });
  expect(await readFile(String(asked.input.planFilePath), 'utf8')).toBe(`${plan}\n`);
  expect((await h.session()).permissionMode).toBe('acceptEdits');
  const again = h.events.filter((event) => event.type === 'setting').map((event) => event.permissionMode);
  expect(again).toEqual(['plan', 'acceptEdits']);
});

test('a plan that is refused leaves plan mode on, and the model hears why', async () => {
  const h = await harness({
    flags: { 'permission-mode': 'plan' },
    answers: { permission: () => ({ verdict: 'deny', message: 'think of the tests' }) },
    model: [callTool('ExitPlanMode', { plan }), say('better')],
  });
  const run = await h.prompt('sort it');
  expect(run.requests[1]).toContainToolResult(/think of the tests/);
  expect((await h.session()).permissionMode).toBe('plan');
});

test('the user may change the plan and choose the mode', async () => {
  const h = await harness({
    flags: { 'permission-mode': 'plan' },
    config: { plansDirectory: 'notes/plans' },
    answers: {
      permission: approve({
        input: { plan: 'Do less.' },
        rules: [{ type: 'setMode', mode: 'acceptEdits', destination: 'session' }],
      }),
    },
    model: [callTool('ExitPlanMode', { plan }), say('done')],
  });
  const run = await h.prompt('sort it');
  expect(run.requests[1]).toContainToolResult(/acceptEdits.*The user changed it.*Do less\.$/s);
  const output = run.events.find((event) => event.type === 'user' && event.source === 'tool');
  expect(output).toMatchObject({
    toolUseResult: {
      plan: 'Do less.',
      isAgent: false,
      filePath: expect.stringContaining(`${h.project.dir}/notes/plans/do-less-`),
    },
  });
});

test('the model is reminded while plan mode is on, and told once that it is over', async () => {
  const h = await harness({
    answers: { permission: 'allow' },
    model: [say('1'), say('2'), say('3'), say('4'), say('5'), callTool('ExitPlanMode', { plan }), say('6')],
  });
  const session = await h.session();
  const prompts: string[] = [];
  const ask = async () =>
    void prompts.push((await h.prompt('and?')).requests[0]!.messages.map((one) => JSON.stringify(one)).at(-1)!);
  await ask();
  await session.setPermissionMode('plan');
  await ask();
  await ask();
  await session.setPermissionMode('default');
  await ask();
  await ask();
  expect(prompts.map((text) => /Plan mode is (\w+ ?\w*)/.exec(text)?.[1])).toEqual([
    undefined,
    'on',
    'still on',
    'over',
    undefined,
  ]);
  const outside = await h.prompt('exit');
  expect(outside.requests[1]).toContainToolResult(/Plan mode is not on/);
});

test('where nobody can be asked, plan mode is not offered, and a plan is not approved', async () => {
  const h = await harness({
    session: { surfaces: [] },
    flags: { 'permission-mode': 'plan' },
    model: [callTool('ExitPlanMode', { plan }), say('The plan: …')],
  });
  const run = await h.prompt('sort it');
  const offered = run.requests[0]!.tools.map(({ name }) => name);
  expect(offered).toContain('ExitPlanMode');
  expect(offered).not.toContain('EnterPlanMode');
  expect(offered).not.toContain('AskUserQuestion');
  expect(run.calls('ExitPlanMode')).toMatchObject([
    { verdict: 'deny', result: expect.stringMatching(/nobody could be asked/) },
  ]);
});
