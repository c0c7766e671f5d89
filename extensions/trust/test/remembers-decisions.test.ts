import { readdir, stat, symlink } from 'node:fs/promises';
import { tempProject } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { hook, trustOf } from './trust-of.ts';

const untrusted = { trusted: false, reason: 'folder not trusted; run with --trust, or tenon trust to keep it' };

test('an unknown folder is not trusted, and the reason names the way out', async () => {
  const project = await tempProject();
  const { trust } = trustOf(await tempProject(), project.dir);
  expect(await trust.check(project.dir)).toEqual(untrusted);
});

test('a decision holds for later runs, also through a symbolic link, and not for folders below or beside', async () => {
  const home = await tempProject();
  const project = await tempProject({
    files: { 'repo/.claude/settings.json': hook('lint'), 'repo/sub/x': '', 'b/x': '' },
  });
  const repo = project.path('repo');
  await trustOf(home, repo).trust.decide(repo, true);
  await symlink(repo, project.path('link'));
  const { trust } = trustOf(home, repo);
  expect(await trust.check(repo)).toMatchObject({ trusted: true, remembered: true });
  expect((await trust.check(project.path('link'))).trusted).toBe(true);
  expect(await trust.check(project.path('repo/sub'))).toEqual(untrusted);
  expect(await trust.check(project.path('b'))).toEqual(untrusted);
  expect(await trust.check(project.dir)).toEqual(untrusted);
});

test('the store is private, and only trusted, time and hashes are in it', async () => {
  const home = await tempProject();
  const project = await tempProject({ files: { '.claude/settings.json': hook('lint --token secret') } });
  await trustOf(home, project.dir).trust.decide(project.dir, true);
  const file = home.path('.claude/tenon/trust.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const text = (await home.read('.claude/tenon/trust.json'))!;
  expect(text).not.toContain('secret');
  expect(Object.keys(JSON.parse(text).folders)).toEqual([project.dir]);
});

test('CLAUDE_CONFIG_DIR moves the store', async () => {
  const home = await tempProject();
  const other = await tempProject();
  const project = await tempProject();
  await trustOf(home, project.dir, {}, { CLAUDE_CONFIG_DIR: other.dir }).trust.decide(project.dir, true);
  expect(await other.read('tenon/trust.json')).toContain(project.dir);
  expect((await trustOf(home, project.dir).trust.check(project.dir)).trusted).toBe(false);
});

test.each(['tenon.config.yaml', 'tenon.config.mjs', '.claude/settings.yml'])(
  '%s is part of what was decided about, and is not read as more than bytes',
  async (name) => {
    const home = await tempProject();
    const project = await tempProject({ files: { [name]: 'throw new Error("it was run")' } });
    await trustOf(home, project.dir).trust.decide(project.dir, true);
    expect((await trustOf(home, project.dir).trust.check(project.dir)).trusted).toBe(true);
    await project.write(name, 'throw new Error("it was run", {})');
    expect(await trustOf(home, project.dir).trust.check(project.dir)).toEqual({
      trusted: false,
      reason:
        'folder has changed since it was trusted (more settings files); run with --trust, or tenon trust to keep it',
    });
  },
);

describe('what is there now', () => {
  async function trusted(files: Record<string, string>) {
    const home = await tempProject();
    const project = await tempProject({ files });
    await trustOf(home, project.dir).trust.decide(project.dir, true);
    return { project, check: () => trustOf(home, project.dir).trust.check(project.dir) };
  }
  const changed = (kinds: string) => ({
    trusted: false,
    reason: `folder has changed since it was trusted (${kinds}); run with --trust, or tenon trust to keep it`,
  });

  test('changed commands of hooks and servers are not trusted, and the kinds are named', async () => {
    const mcp = (command: string, env = {}) => JSON.stringify({ mcpServers: { db: { command, args: ['-x'], env } } });
    const { project, check } = await trusted({ '.claude/settings.json': hook('lint'), '.mcp.json': mcp('db') });
    await project.write('.claude/settings.json', hook('lint; curl evil'));
    expect(await check()).toEqual(changed('hooks'));
    await project.write('.mcp.json', mcp('db', { NODE_OPTIONS: '-r ./x' }));
    expect(await check()).toEqual(changed('hooks, MCP servers'));
    await project.write('.claude/settings.json', hook('lint'));
    await project.write('.mcp.json', mcp('db'));
    expect((await check()).trusted).toBe(true);
  });

  test('the order of keys and blanks do not count', async () => {
    const { project, check } = await trusted({ '.mcp.json': '{"mcpServers":{"a":{"command":"x","args":[]}}}' });
    await project.write('.mcp.json', '{ "mcpServers": { "a": { "args": [], "command": "x" } } }');
    expect((await check()).trusted).toBe(true);
  });

  test('less than was trusted is trusted, and something new is not', async () => {
    const { project, check } = await trusted({
      '.claude/settings.json': hook('lint'),
      '.mcp.json': '{"mcpServers":{}}',
    });
    await project.write('.claude/settings.json', '{}');
    expect((await check()).trusted).toBe(true);
    await project.write('.claude/settings.local.json', JSON.stringify({ permissions: { allow: ['Bash'] } }));
    expect(await check()).toEqual(changed('permissions.allow'));
  });

  test('settings that only make things stricter, or matter to nobody, do not count', async () => {
    const { project, check } = await trusted({});
    await project.write('.claude/settings.json', '{"model":"x","permissions":{"deny":["Bash"]}}');
    expect((await check()).trusted).toBe(true);
  });

  test('extensions count by id and version, single files by content', async () => {
    const manifest = (version: string) => JSON.stringify({ id: 'acme', version, main: 'index.js' });
    const { project, check } = await trusted({
      '.claude/tenon/extensions/acme/tenon.json': manifest('1.0.0'),
      '.claude/tenon/extensions/one.ts': 'export default 1',
    });
    await project.write('.claude/tenon/extensions/acme/tenon.json', manifest('1.0.1'));
    expect(await check()).toEqual(changed('extensions of the project'));
    await project.write('.claude/tenon/extensions/acme/tenon.json', manifest('1.0.0'));
    expect((await check()).trusted).toBe(true);
    await project.write('.claude/tenon/extensions/one.ts', 'export default 2');
    expect((await check()).trusted).toBe(false);
  });
});

test('a later decision replaces an earlier one', async () => {
  const home = await tempProject();
  const project = await tempProject({ files: { '.claude/settings.json': hook('lint') } });
  const { trust } = trustOf(home, project.dir);
  await trust.decide(project.dir, true);
  await trust.decide(project.dir, false);
  expect(await trust.check(project.dir)).toMatchObject({ trusted: false, reason: expect.stringMatching(/declined/) });
  expect(await trust.answer(project.dir, '')).toEqual({ trusted: false });
  await trust.decide(project.dir, true);
  expect(await trust.answer(project.dir, '')).toEqual({ trusted: true });
});

test('without a decision the question is left to others', async () => {
  const project = await tempProject();
  const { trust } = trustOf(await tempProject(), project.dir);
  expect(await trust.answer(project.dir, 'x')).toBeUndefined();
});

test('what the kernel found besides is part of the decision', async () => {
  const home = await tempProject();
  const project = await tempProject();
  const first = trustOf(home, project.dir).trust;
  expect(await first.answer(project.dir, 'extension a 1')).toBeUndefined();
  await first.decide(project.dir, true);
  expect(await trustOf(home, project.dir).trust.answer(project.dir, 'extension a 1')).toEqual({ trusted: true });
  expect(await trustOf(home, project.dir).trust.answer(project.dir, 'extension a 2')).toBeUndefined();
});

describe('a store that makes no sense', () => {
  test.each(['{ oh', '[]', '{"version":2,"folders":{}}', '{"version":1,"folders":{"/x":[{"trusted":"yes"}]}}'])(
    '%s counts as no decisions and is kept aside',
    async (text) => {
      const home = await tempProject({ files: { '.claude/tenon/trust.json': text } });
      const project = await tempProject();
      const { trust, warnings } = trustOf(home, project.dir);
      expect((await trust.check(project.dir)).trusted).toBe(false);
      expect(warnings).toEqual([expect.stringMatching(/trust\.json: .*no folder counts as trusted; it is kept as /)]);
      await trust.decide(project.dir, true);
      expect((await trust.check(project.dir)).trusted).toBe(true);
      const names = await readdir(home.path('.claude/tenon'));
      const aside = names.find((name) => name.includes('.corrupt-'))!;
      expect(await home.read(`.claude/tenon/${aside}`)).toBe(text);
    },
  );
});
