import { type ProjectTrust, Trust } from 'tenon/plugin-api';
import { createHarness, tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { manifest } from '../manifest.ts';
import { hook, trustOf } from './trust-of.ts';

test('--trust, and --setting-sources that names project, trust the folder of this run and no other', async () => {
  const home = await tempProject();
  const project = await tempProject({ files: { 'a/.claude/settings.json': hook('x'), 'b/x': '' } });
  for (const flags of [{ trust: true }, { 'setting-sources': 'user, project' }] as Record<string, string | boolean>[]) {
    const { trust } = trustOf(home, project.path('a'), flags);
    const decision = await trust.check(project.path('a'));
    expect(decision).toMatchObject({ trusted: true, reason: expect.stringContaining(`--${Object.keys(flags)[0]}`) });
    expect(decision.remembered).toBeUndefined();
    expect((await trust.check(project.path('b'))).trusted).toBe(false);
  }
  expect(await home.read('.claude/tenon/trust.json')).toBeUndefined();
});

test('--setting-sources without project, and --trust=false, do not', async () => {
  const project = await tempProject();
  for (const flags of [{ 'setting-sources': 'user,local' }, { 'setting-sources': '' }, { trust: false }]) {
    const { trust } = trustOf(await tempProject(), project.dir, flags as Record<string, string | boolean>);
    expect((await trust.check(project.dir)).trusted).toBe(false);
  }
});

test('the home folder, the folders above it and the root are never remembered', async () => {
  const outer = await tempProject({ files: { 'home/work/x': '' } });
  const home = { ...outer, dir: outer.path('home') };
  const { trust } = trustOf(home, outer.path('home/work'));
  for (const dir of [home.dir, outer.dir, '/']) {
    await expect(trust.decide(dir, true)).rejects.toThrow(/not remembered as trusted.*--trust/);
  }
  const atHome = trustOf(home, home.dir, { trust: true }).trust;
  expect((await atHome.check(home.dir)).trusted).toBe(true);
  expect((await atHome.check(outer.path('home/work'))).trusted).toBe(false);
});

test('a folder that does not exist is not trusted', async () => {
  const project = await tempProject();
  const { trust, warnings } = trustOf(await tempProject(), project.dir);
  expect((await trust.check(project.path('no'))).trusted).toBe(false);
  expect(warnings).toHaveLength(1);
});

test('what is skipped is said once, one line each', async () => {
  const project = await tempProject({
    files: {
      '.mcp.json': '{"mcpServers":{"a":{"command":"x"}}}',
      '.claude/tenon/extensions/acme/tenon.json': '{"id":"acme","version":"1.0.0"}',
    },
  });
  const { trust, warnings } = trustOf(await tempProject(), project.dir);
  await trust.check(project.dir);
  await trust.check(project.dir);
  expect(warnings).toEqual([
    'servers of .mcp.json skipped: folder not trusted; run with --trust, or tenon trust to keep it',
    'extensions of .claude/tenon/extensions skipped: folder not trusted; run with --trust, or tenon trust to keep it',
  ]);
});

test('the kernel is answered', async () => {
  const entry = {
    manifest,
    origin: { kind: 'bundled' as const },
    load: async () => (await import('../index.ts')).default,
  };
  const distro = {
    name: 'Acme',
    command: 'acme',
    version: '1.0.0',
    folders: { user: '.claude', project: '.claude' },
    extensions: [entry],
  };
  const trusting = await createHarness({ distro, flags: { trust: true } });
  const question: ProjectTrust = { dir: trusting.project.dir, found: [], fingerprint: '' };
  expect(await trusting.fire('ProjectTrust', question)).toEqual({ trusted: true });
  const other = await createHarness({ distro });
  expect(await other.fire('ProjectTrust', { ...question, dir: other.project.dir })).toBeUndefined();
  await (await other.kernel.use(Trust)).decide(other.project.dir, true);
  expect(await other.fire('ProjectTrust', { ...question, dir: other.project.dir })).toEqual({ trusted: true });
});
