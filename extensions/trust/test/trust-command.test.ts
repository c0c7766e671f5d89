import { mkdir } from 'node:fs/promises';
import type { ExtensionStatus } from 'tenon/plugin-api';
import { createHarness, testHost } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import headless from '../../../distros/headless.ts';
import { FolderTrust } from '../folder-trust.ts';
import { runTrust } from '../trust-command.ts';
import { hook, trustOf } from './trust-of.ts';

const program = (files: Record<string, string>) => createHarness({ distro: headless, files, strict: false });

test('what a folder brings along is shown, and nothing is kept without a yes', async () => {
  const h = await program({ '.claude/settings.json': hook('lint \u009b2J'), '.mcp.json': '{"mcpServers":{"x":{}}}' });
  expect(await h.run('trust')).toBe(1);
  expect(h.stdout).toMatch(/brings along:\n {2}hooks in \.claude\/settings\.json: .*lint.*\n {2}MCP server x: \{\}\n/);
  expect(h.stdout).toMatch(/ is not trusted\.\n$/);
  expect(h.stdout).not.toContain('\u009b');
  expect(h.stderr).toMatch(/nobody can be asked; --yes agrees/);
  expect(await h.home.read('.claude/tenon/trust.json')).toBeUndefined();
});

test('--yes keeps it, --list names the folder, --revoke forgets it', async () => {
  const h = await program({ '.claude/settings.json': hook('lint') });
  expect(await h.run('trust', '--yes')).toBe(0);
  expect(h.stdout).toContain(`${h.project.dir} is trusted from now on.`);
  expect(await h.run('trust')).toBe(0);
  expect(h.stdout).toMatch(/It is trusted on \d{4}-\d\d-\d\d already\./);
  expect(await h.run('trust', '--list', '--json')).toBe(0);
  expect(h.stdout).toContain(`"folder": "${h.project.dir}",\n    "trusted": true`);
  expect(await h.run('trust', '--revoke')).toBe(0);
  expect(h.stdout).toContain(`${h.project.dir} is not trusted any more.`);
  expect(await h.run('trust', '--list')).toBe(0);
  expect(h.stdout).toMatch(/No folder was decided about\.\n$/);
});

test('another folder is named as an argument; what cannot be looked at is a mistake', async () => {
  const h = await program({ 'other/.claude/settings.json': hook('lint') });
  expect(await h.run('trust', 'other', '-y', '--json')).toBe(0);
  expect(JSON.parse(h.stdout)).toMatchObject({ folder: h.project.path('other'), trusted: true, findings: [/./] });
  expect(await h.run('trust', 'nowhere', '-y')).toBe(2);
  expect(await h.run('trust', '--list', '--revoke')).toBe(2);
  await mkdir(h.project.path('other/.claude/tenon/extensions/one'), { recursive: true });
  await h.project.write('other/.claude/tenon/extensions/one/tenon.json', '{"id":"one","version":"1.0.0"}');
  expect(await h.run('trust', 'other', '-y')).toBe(2);
  expect(h.stderr).toMatch(/has extensions; run tenon trust in that folder/);
});

test('the home folder is not remembered', async () => {
  const h = await program({});
  expect(await h.run('trust', h.home.dir, '--yes')).toBe(1);
  expect(h.stderr).toMatch(/nearly everything lies in it/);
});

test.each([
  ['y', true],
  ['', false],
])('somebody at a terminal is asked; %j', async (said, trusted) => {
  const { home, project } = await program({ '.claude/settings.json': hook('lint') });
  const host = testHost({ cwd: project.dir, home: home.dir, stdin: `${said}\n` });
  const atTerminal = {
    ...host,
    stdin: { ...host.stdin, isTerminal: true },
    stderr: { ...host.stderr, isTerminal: true },
  };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const make = () => new FolderTrust(atTerminal, () => ({}), log);
  expect(await runTrust(make(), atTerminal, { args: [], flags: {}, argv: [] }, [])).toBe(trusted ? 0 : 1);
  expect(host.written.stderr).toMatch(/Trust .* with that\? \[y\/N\] /);
  expect((await make().check(project.dir)).trusted).toBe(trusted);
});

test('extensions that were found are a part of what is agreed to, as the kernel asks about them', async () => {
  const { home, project } = await program({});
  const path = project.path('.claude/tenon/extensions/one.ts');
  const found = { manifest: { id: 'one', version: '1.0.0', api: 1 }, origin: { kind: 'project', path } };
  const host = testHost({ cwd: project.dir, home: home.dir });
  const trust = () => trustOf(home, project.dir).trust;
  const invocation = { args: [], flags: { yes: true }, argv: [] };
  expect(await runTrust(trust(), host, invocation, [{ ...found, state: 'idle' } as ExtensionStatus])).toBe(0);
  expect(await trust().answer(project.dir, `extension one 1.0.0 (${path})`)).toEqual({ trusted: true });
  expect(await trust().answer(project.dir, `extension one 1.0.1 (${path})`)).toBeUndefined();
});
