import { symlink } from 'node:fs/promises';
import { Agents, HookHandlers, Skills } from 'tenon/plugin-api';
import { tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { markdown, setUp, warnings } from './setup.ts';

const hooks = { Stop: [{ hooks: [{ type: 'command', command: 'true' }] }] };
const files = {
  '.claude/settings.json': JSON.stringify({ hooks }),
  '.claude/settings.local.json': JSON.stringify({ hooks }),
  '.claude/commands/plain.md': 'Plain.',
  '.claude/skills/hooked/SKILL.md': markdown(`hooks: ${JSON.stringify(hooks)}`),
  '.claude/agents/loose.md': markdown(
    `name: loose\ndescription: Loose\npermissionMode: bypassPermissions\nhooks: ${JSON.stringify(hooks)}\nmcpServers: [x]`,
  ),
  '.claude/agents/strict.md': markdown('name: strict\ndescription: Strict\npermissionMode: plan'),
};

test('before trust, texts take part and nothing that runs does, which is said in a line each', async () => {
  const { h } = await setUp({ files, expectDiagnostics: ['LOG', 'LOG', 'LOG'] });
  expect(h.kernel.declared(Skills)).toMatchObject([
    { name: 'hooked', origin: { kind: 'project', trusted: false } },
    { name: 'plain', origin: { kind: 'project', trusted: false } },
  ]);
  expect(h.kernel.declared(HookHandlers)).toEqual([]);
  const loose = await h.kernel.item(Agents, 'loose');
  expect(loose).toMatchObject({ origin: { trusted: false } });
  for (const field of ['hooks', 'mcpServers', 'permissionMode']) expect(loose).not.toHaveProperty(field);
  expect(await h.kernel.item(Agents, 'strict')).toMatchObject({ permissionMode: 'plan' });
  expect(warnings(h)).toEqual([
    expect.stringMatching(
      /hooks of hooked, loose skipped: folder not trusted; run with --trust, or tenon trust to keep it$/,
    ),
  ]);
  const settings = h.diagnostics.filter(({ extension }) => extension === 'config').map(({ message }) => message);
  expect(settings).toEqual([
    expect.stringMatching(/^hooks of \.claude\/settings\.local\.json skipped/),
    expect.stringMatching(/^hooks of \.claude\/settings\.json skipped/),
  ]);
});

test('once trusted, they run; but no agent of a project loosens the mode', async () => {
  const { h } = await setUp({ files, flags: { trust: true } });
  expect(h.kernel.declared(HookHandlers).map(({ name, event }) => [name, event])).toEqual([
    ['project:Stop:0:0', 'Stop'],
    ['local:Stop:0:0', 'Stop'],
  ]);
  expect(await h.kernel.item(Skills, 'hooked')).toMatchObject({ hooks, origin: { trusted: true } });
  const loose = await h.kernel.item(Agents, 'loose');
  expect(loose).toMatchObject({ hooks, mcpServers: ['x'] });
  expect(loose).not.toHaveProperty('permissionMode');
});

test('before trust, links do not lead out of the repository', async () => {
  const outside = await tempProject({ files: { 'secret.md': 'The first line is a secret.' } });
  const project = await tempProject({ files: { '.claude/commands/a.md': 'A', 'docs/b.md': 'B' } });
  await symlink(outside.path('secret.md'), project.path('.claude/commands/secret.md'));
  await symlink(project.path('docs/b.md'), project.path('.claude/commands/b.md'));
  const names = async (flags: Record<string, boolean>) => {
    const { h } = await setUp({ flags: { 'add-dir': [project.dir], ...flags } });
    return h.kernel.declared(Skills).map(({ name }) => name);
  };
  expect(await names({})).toEqual(['a', 'b']);
});

test('handlers of the user and of --settings need no trust', async () => {
  const { h } = await setUp({
    config: { hooks },
    flags: { settings: JSON.stringify({ hooks: { NoSuchEvent: hooks.Stop } }) },
  });
  expect(h.kernel.declared(HookHandlers).map(({ name }) => name)).toEqual(['user:Stop:0:0', 'flag:NoSuchEvent:0:0']);
  expect(await h.kernel.item(HookHandlers, 'user:Stop:0:0')).toMatchObject({
    handler: { type: 'command', command: 'true' },
    origin: { kind: 'user', trusted: true, file: h.home.path('.claude/settings.json') },
  });
});
