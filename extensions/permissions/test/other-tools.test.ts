import type { JsonObject } from 'tenon/plugin-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace();
});
afterAll(() => workspace.dispose());

interface Rules {
  readonly allow?: readonly string[];
  readonly ask?: readonly string[];
  readonly deny?: readonly string[];
}
type Row = readonly [
  want: 'allow' | 'ask' | 'deny',
  tool: string,
  input: JsonObject,
  rules?: Rules,
  options?: JsonObject,
];
const url = (text: string) => ({ url: text, prompt: 'x' });

const ROWS: readonly Row[] = [
  ['ask', 'WebFetch', url('https://example.com/')],
  ['ask', 'WebFetch', url('https://example.com/'), {}, { readOnly: true }],
  ['allow', 'WebFetch', url('https://example.com/a?b'), { allow: ['WebFetch(domain:example.com)'] }],
  ['allow', 'WebFetch', url('https://EXAMPLE.com./'), { allow: ['WebFetch(domain:example.com)'] }],
  ['allow', 'WebFetch', url('https://example.com:8443/'), { allow: ['WebFetch(domain:example.com)'] }],
  ['allow', 'WebFetch', url('http://127.0.0.1:8080/'), { allow: ['WebFetch(domain:127.0.0.1:8080)'] }],
  ['ask', 'WebFetch', url('http://127.0.0.1:9090/'), { allow: ['WebFetch(domain:127.0.0.1:8080)'] }],
  ['allow', 'WebFetch', url('https://example.com/'), { allow: ['WebFetch(domain:example.com:443)'] }],
  ['ask', 'WebFetch', url('http://example.com/'), { allow: ['WebFetch(domain:example.com:443)'] }],
  ['ask', 'WebFetch', url('http://example.com/'), { allow: ['WebFetch(domain:example.com:80)'] }],
  ['deny', 'WebFetch', url('http://example.com/'), { deny: ['WebFetch(domain:example.com:80)'], allow: ['WebFetch'] }],
  ['deny', 'WebFetch', url('https://a.x.com:8443/'), { deny: ['WebFetch(domain:*.x.com:8443)'], allow: ['WebFetch'] }],
  ['allow', 'WebFetch', url('https://a.x.com/'), { deny: ['WebFetch(domain:*.x.com:8443)'], allow: ['WebFetch'] }],
  ['allow', 'WebFetch', url('http://[::1]:3000/'), { allow: ['WebFetch(domain:[0:0::1]:3000)'] }],
  ['ask', 'WebFetch', url('http://[::1]:3001/'), { allow: ['WebFetch(domain:[::1]:3000)'] }],
  ['allow', 'WebFetch', url('http://[::1]:3001/'), { allow: ['WebFetch(domain:[::1])'] }],
  ['ask', 'WebFetch', url('https://example.com.evil.org/'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('https://evilexample.com/'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('https://a.example.com/'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('https://example.com@evil.org/'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('https://example.com:x@evil.org/'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('https://evil.org\\@example.com/'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('https://evil.org#example.com'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('https://evil.org/example.com'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('https://evil.org?example.com'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('https://exam\nple.com/'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('https://example.com\0.evil.org/'), { allow: ['WebFetch(domain:example.com)'] }],
  ['deny', 'WebFetch', url('https://user@example.com/'), { deny: ['WebFetch(domain:example.com)'] }],
  ['deny', 'WebFetch', url('https://exam\tple.com/'), { deny: ['WebFetch(domain:example.com)'] }],
  ['deny', 'WebFetch', url('ftp://example.com/'), { deny: ['WebFetch(domain:example.com)'] }],
  ['deny', 'Monitor', { command: 'curl x' }, { deny: ['Monitor(curl:*)'] }],
  ['ask', 'Monitor', { command: 'ls' }, { ask: ['Monitor(ls:*)'] }],
  ['ask', 'WebFetch', url('ftp://example.com/'), { allow: ['WebFetch(domain:example.com)'] }],
  ['ask', 'WebFetch', url('file:///etc/passwd'), { allow: ['WebFetch(domain:*)', 'WebFetch'] }],
  ['ask', 'WebFetch', url('not a url'), { allow: ['WebFetch'] }],
  ['allow', 'WebFetch', url('https://a.b.example.com/'), { allow: ['WebFetch(domain:*.example.com)'] }],
  ['ask', 'WebFetch', url('https://example.com/'), { allow: ['WebFetch(domain:*.example.com)'] }],
  ['ask', 'WebFetch', url('https://aexample.com/'), { allow: ['WebFetch(domain:*.example.com)'] }],
  ['allow', 'WebFetch', url('https://docs-1.example.com/'), { allow: ['WebFetch(domain:docs-*.example.com)'] }],
  ['ask', 'WebFetch', url('https://docs-1.evil.example.com/'), { allow: ['WebFetch(domain:docs-*.example.com)'] }],
  ['allow', 'WebFetch', url('https://any.org/'), { allow: ['WebFetch(domain:*)'] }],
  ['allow', 'WebFetch', url('https://any.org/'), { allow: ['WebFetch'] }],
  [
    'ask',
    'WebFetch',
    url('https://any.org/'),
    { allow: ['WebFetch(https://any.org)', 'WebFetch(any.org)', 'webfetch'] },
  ],
  ['deny', 'WebFetch', url('https://example.com/'), { deny: ['WebFetch(domain:example.com)'], allow: ['WebFetch'] }],
  ['deny', 'WebFetch', url('https://EXAMPLE.COM./'), { deny: ['WebFetch(domain:example.com)'], allow: ['WebFetch'] }],
  [
    'deny',
    'WebFetch',
    url('https://a.example.com/'),
    { deny: ['WebFetch(domain:*.example.com)'], allow: ['WebFetch'] },
  ],
  ['deny', 'WebFetch', url('https://x.org/'), { deny: ['WebFetch(x.org)'], allow: ['WebFetch'] }],
  ['deny', 'WebFetch', url('https://x.org/'), { deny: ['WebFetch'] }],
  ['ask', 'WebFetch', url('https://example.com/'), { ask: ['WebFetch(domain:example.com)'], allow: ['WebFetch'] }],
  ['allow', 'WebFetch', url('https://example.com/'), { deny: ['WebFetch(domain:other.com)'], allow: ['WebFetch'] }],

  ['ask', 'mcp__srv__tool', {}],
  ['ask', 'mcp__srv__tool', {}, {}, { readOnly: true }],
  ['allow', 'mcp__srv__tool', {}, { allow: ['mcp__srv'] }],
  ['allow', 'mcp__srv__tool', {}, { allow: ['mcp__srv__*'] }],
  ['allow', 'mcp__srv__tool', {}, { allow: ['mcp__srv__tool'] }],
  ['allow', 'mcp__srv__get_x', {}, { allow: ['mcp__srv__get_*'] }],
  ['ask', 'mcp__srv__set_x', {}, { allow: ['mcp__srv__get_*'] }],
  ['ask', 'mcp__srv2__tool', {}, { allow: ['mcp__srv', 'mcp__srv__*'] }],
  ['ask', 'mcp__srv__tool2', {}, { allow: ['mcp__srv__tool'] }],
  [
    'ask',
    'mcp__srv__tool',
    {},
    { allow: ['mcp__*', '*', 'mcp__s*', 'mcp__*__tool', 'mcp__srv__tool(a)', 'mcp__srv__tool(a:b)', 'mcp'] },
  ],
  ['deny', 'mcp__srv__tool', {}, { deny: ['mcp__*'], allow: ['mcp__srv'] }],
  ['deny', 'mcp__srv__tool', {}, { deny: ['mcp__srv'], allow: ['mcp__srv__tool'] }],
  ['deny', 'mcp__srv__tool', {}, { deny: ['mcp__*__tool'], allow: ['mcp__srv'] }],
  ['deny', 'mcp__srv__tool', { env: 'prod' }, { deny: ['mcp__srv__tool(env:prod)'], allow: ['mcp__srv'] }],
  ['allow', 'mcp__srv__tool', { env: 'test' }, { deny: ['mcp__srv__tool(env:prod)'], allow: ['mcp__srv'] }],
  ['deny', 'mcp__srv__tool', { env: 'prod-1' }, { deny: ['mcp__srv__tool(env:prod*)'], allow: ['mcp__srv'] }],
  ['deny', 'mcp__srv__tool', {}, { deny: ['mcp__srv__tool(x'], allow: ['mcp__srv'] }],
  ['ask', 'mcp__srv__tool', {}, { allow: ['mcp__srv'], ask: ['mcp__srv__tool'] }],
  ['ask', 'mcp__srv__tool', {}, { allow: ['mcp__srv'] }, { mode: 'plan' }],
  ['allow', 'mcp__srv__tool', {}, {}, { mode: 'bypassPermissions' }],

  ['allow', 'Agent', { subagent_type: 'explore', prompt: 'x' }],
  ['deny', 'Agent', { subagent_type: 'explore' }, { deny: ['Agent(explore)'] }],
  ['deny', 'Agent', { subagent_type: 'explore' }, { deny: ['Task(explore)'] }],
  ['deny', 'Task', { subagent_type: 'explore' }, { deny: ['Agent(explore)'] }],
  ['deny', 'Agent', { subagent_type: 'x', model: 'opus' }, { deny: ['Agent(model:opus)'] }],
  ['allow', 'Agent', { subagent_type: 'other' }, { deny: ['Agent(explore)'] }],
  ['ask', 'Skill', { skill: 'deploy' }],
  ['allow', 'Skill', { skill: 'deploy' }, { allow: ['Skill(deploy)'] }],
  ['allow', 'Skill', { skill: 'deploy', args: 'prod now' }, { allow: ['Skill(deploy *)'] }],
  ['ask', 'Skill', { skill: 'deploy2' }, { allow: ['Skill(deploy)', 'Skill(deploy *)'] }],
  ['deny', 'Skill', { skill: 'plugin:deploy' }, { deny: ['Skill(plugin:deploy)'] }],
  ['allow', 'Skill', { skill: 'plugin:deploy' }, { allow: ['Skill(plugin:deploy)'] }],
  ['deny', 'Bash', { command: 'ls', run_in_background: true }, { deny: ['Bash(run_in_background:true)'] }],
  [
    'deny',
    'Bash',
    { command: 'ls', dangerouslyDisableSandbox: true },
    { deny: ['Bash(dangerouslyDisableSandbox:true)'] },
  ],
  ['deny', 'KillShell', {}, { deny: ['TaskStop'] }],
  ['deny', 'TaskStop', {}, { deny: ['KillShell'] }],
  ['deny', 'TodoWrite', {}, { deny: ['Todo*'] }],
  ['allow', 'TodoWrite', {}],
  ['allow', 'Unknown', {}, {}, { readOnly: true }],
  ['ask', 'Unknown', {}],
  ['allow', 'Unknown', {}, { allow: ['Unknown'] }],
  ['ask', 'Unknown', {}, { allow: ['Unknown(x)', 'unknown'] }],
  ['ask', 'WebSearch', { query: 'secret' }, {}, { readOnly: true }],
  ['allow', 'WebSearch', { query: 'secret' }, { allow: ['WebSearch'] }],
  ['ask', 'AskUserQuestion', {}, { allow: ['AskUserQuestion'] }, { mode: 'bypassPermissions', readOnly: true }],
  ['ask', 'ExitPlanMode', {}, {}, { mode: 'plan', readOnly: true }],
  ['ask', 'toString', {}],
  ['ask', '__proto__', {}, { allow: ['toString', 'constructor'] }],
  ['ask', 'PowerShell', { command: 'ls' }],
  ['deny', 'PowerShell', { command: 'ls; REMOVE-ITEM x' }, { deny: ['PowerShell(Remove-Item:*)'] }],
  ['allow', 'PowerShell', { command: 'Get-Date' }, { allow: ['PowerShell(get-date)'] }],
  ['ask', 'PowerShell', { command: 'Get-Date; rm x' }, { allow: ['PowerShell(Get-Date:*)'] }],
];

describe('tools other than files and commands', () => {
  ROWS.forEach(([want, tool, input, rules = {}, options = {}], index) => {
    test(`${index + 1}: ${tool} ${JSON.stringify(input)} ${JSON.stringify(rules)} ${JSON.stringify(options)}: ${want}`, async () => {
      const { allow = [], ask = [], deny = [] } = rules;
      const world = workspace.world({ layers: [{ source: 'user', permissions: { allow, ask, deny } }] });
      const { verdict, reason } = await world.call(tool, input, options as { readOnly?: boolean });
      expect(verdict, reason).toBe(want);
    });
  });
});

describe("a hook's allow", () => {
  const hook = 'allow' as const;
  test('saves the question', async () => {
    expect(await workspace.world().bash('npm test', { hook })).toMatchObject({ verdict: 'allow', source: 'hook' });
    expect((await workspace.world().bash('npm test', { hook, mode: 'dontAsk' })).verdict).toBe('allow');
  });
  test('beats no deny rule, no ask rule and no danger', async () => {
    const world = workspace.world({
      layers: [{ source: 'user', permissions: { deny: ['Bash(curl:*)'], ask: ['Bash(npm:*)'] } }],
    });
    expect((await world.bash('curl x', { hook })).verdict).toBe('deny');
    expect((await world.bash('ls && npm test', { hook })).verdict).toBe('ask');
    expect((await world.bash('rm -rf ~', { hook })).verdict).toBe('ask');
    expect((await world.bash('touch .git/config', { hook })).verdict).toBe('ask');
    expect((await world.bash('echo x > .git/config', { hook })).verdict).toBe('ask');
    expect((await world.call('Write', { file_path: '.mcp.json' }, { hook })).verdict).toBe('ask');
    expect((await world.call('AskUserQuestion', {}, { hook })).verdict).toBe('ask');
  });
});

test('a tool is hidden by a rule on the whole of it only', async () => {
  const world = workspace.world({
    layers: [{ source: 'project', permissions: { deny: ['Bash(*)', 'mcp__srv', 'Web*', 'Read(.env)', 'Task(x)'] } }],
  });
  const hidden = async (tool: string) => world.permissions.hidden(world.session(), tool);
  expect(await hidden('Bash')).toBe(true);
  expect(await hidden('mcp__srv__x')).toBe(true);
  expect(await hidden('mcp__other__x')).toBe(false);
  expect(await hidden('WebFetch')).toBe(true);
  expect(await hidden('Read')).toBe(false);
  expect(await hidden('Agent')).toBe(false);
});
