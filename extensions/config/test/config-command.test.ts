import { createHarness, type HarnessOptions } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import headless from '../../../distros/headless.ts';

const program = (options: HarnessOptions = {}) => createHarness({ distro: headless, ...options });

test('get prints a text as it is, other values as JSON, and nothing when the key is not set', async () => {
  const h = await program({ config: { model: 'opus', permissions: { deny: ['Edit'] } } });
  expect(await h.run('config', 'get', 'model')).toBe(0);
  expect(await h.run('config', 'get', 'permissions.deny')).toBe(0);
  expect(await h.run('config', 'get', 'model', '--json')).toBe(0);
  expect(h.stdout).toBe('opus\n[\n  "Edit"\n]\n"opus"\n');
  expect(await h.run('config', 'get', 'modell')).toBe(1);
  expect(h.stderr).toBe('tenon: modell is not set; did you mean model?\n');
});

test.each([
  [['cleanupPeriodDays', '7'], { cleanupPeriodDays: 7 }],
  [['model', '7'], { model: '7' }],
  [['permissions.deny', '["Edit"]'], { permissions: { deny: ['Edit'] } }],
  [['own.key', 'some words', '--force'], { own: { key: 'some words' } }],
  [['env.PORT', '8080'], { env: { PORT: '8080' } }],
  [['availableModels', 'opus'], { availableModels: 'opus' }],
  [['effortLevel', 'high'], { effortLevel: 'high' }],
  [['extensions.web-tools.model', 'sonnet'], { extensions: { 'web-tools': { model: 'sonnet' } } }],
  [['theme', 'dark'], { theme: 'dark' }],
  [['disableAllHooks', 'true'], { disableAllHooks: true }],
])('set %j', async (words, expected) => {
  const h = await program();
  expect(await h.run('config', 'set', ...words)).toBe(0);
  expect(JSON.parse((await h.home.read('.claude/settings.json'))!)).toEqual(expected);
  expect(h.stdout).toBe('');
  expect(h.stderr).toBe(`${words[0]} is set in ${h.home.path('.claude/settings.json')}\n`);
});

test('set says when a value is wrong, and when a stronger file has it', async () => {
  const h = await program({ files: { '.claude/settings.local.json': '{"model":"local"}' } });
  expect(await h.run('config', 'set', 'permissions.deny', 'Edit')).toBe(1);
  expect(h.stderr).toMatch(/permissions\.deny must be a list of rules/);
  expect(await h.run('config', 'set', 'model', 'opus', '--scope', 'project')).toBe(0);
  expect(JSON.parse((await h.project.read('.claude/settings.json'))!)).toEqual({ model: 'opus' });
  expect(h.stderr).toMatch(/settings\.json; local \S+settings\.local\.json has it too, and is stronger\n$/);
  expect(await h.run('config', 'unset', 'model', '--scope', 'local')).toBe(0);
  expect(h.stderr).toMatch(/model is not set in \S+local\.json; project \S+settings\.json still has it\n$/);
});

test.each([
  [['modle', 'opus'], /^tenon: modle is not a key of the settings; did you mean model\? With --force/],
  [['permissions.alow', '["Bash"]'], /permissions\.alow is not a key .* mean permissions\.allow\?/],
  [['own.key', 'x'], /own\.key is not a key of the settings\. With --force/],
  [['extensions.webtools.model', 'x'], /did you mean extensions\.web-tools\?/],
  [['extensions.web-tools.model', '7'], /extensions\.web-tools\.model must be a string, got 7/],
  [['extensions.web-tools.modle', 'x'], /extensions\.web-tools\.modle .*not/],
  [['effortLevel', 'hihg'], /effortLevel must be one of low, .* got "hihg"/],
  [['disableAllHooks', 'maybe'], /disableAllHooks must be true or false/],
])('set %j is refused, and nothing is written', async (words, message) => {
  const h = await program();
  expect(await h.run('config', 'set', ...words)).toBe(1);
  expect(h.stderr).toMatch(message);
  expect(await h.home.read('.claude/settings.json')).toBeUndefined();
});

test('set says when a key has no effect, and list does too', async () => {
  const h = await program();
  expect(await h.run('config', 'set', 'respectGitignore', 'false')).toBe(0);
  expect(h.stderr).toMatch(/settings\.json; it has no effect: it is for choosing files in the terminal/);
  expect(await h.run('config', 'list')).toBe(0);
  expect(h.stdout).toMatch(/Problems:\n {2}respectGitignore has no effect: /);
});

test('help of config names the flags that it reads', async () => {
  const h = await program();
  expect(await h.run('config', '--help')).toBe(0);
  for (const flag of ['--scope', '--json', '--force']) expect(h.stdout).toContain(`${flag} `);
});

test('set says when the folder is not trusted and the value takes no part', async () => {
  const h = await program({ expectDiagnostics: [/permissions\.allow of .* skipped/] });
  expect(await h.run('config', 'set', 'permissions.allow', '["Bash"]', '--scope', 'local')).toBe(0);
  expect(h.stderr).toMatch(
    /settings\.local\.json; it does not count: folder not trusted; run with --trust, or tenon trust to keep it\n/,
  );
});

test('list shows each value with its sources, hides what may be secret, and names problems', async () => {
  const h = await program({
    config: { env: { MY_TOKEN: 'hush', LANG: 'C' }, permissions: { deny: ['Edit'] }, language: '\u009b31mred' },
    files: {
      '.claude/settings.json': '{ "model": "theirs", "permissions": { "deny": ["Write"], "allow": ["Bash"] }' + ' }',
    },
    expectDiagnostics: [/permissions\.allow of .* skipped/],
  });
  expect(await h.run('config', 'list')).toBe(0);
  const [user, project] = [h.home.path('.claude/settings.json'), h.project.path('.claude/settings.json')];
  expect(h.stdout).toBe(
    [
      `env.LANG = "C"  (user ${user})`,
      `env.MY_TOKEN = (hidden)  (user ${user})`,
      `language = "\\u009b31mred"  (user ${user})`,
      `model = "theirs"  (project ${project})`,
      `permissions.deny = ["Write","Edit"]  (project ${project}, user ${user})`,
      '',
      'Problems:',
      '  permissions.allow of .claude/settings.json skipped: folder not trusted; run with --trust, or tenon trust to keep it',
      '',
    ].join('\n'),
  );
});

test('list --json is for programs', async () => {
  const h = await program({ config: { model: 'opus', env: { A_KEY: 'hush' } } });
  expect(await h.run('config', 'list', '--json')).toBe(0);
  const path = h.home.path('.claude/settings.json');
  expect(JSON.parse(h.stdout)).toEqual({
    settings: [
      { key: 'env.A_KEY', hidden: true, sources: [{ source: 'user', path }] },
      { key: 'model', value: 'opus', sources: [{ source: 'user', path }] },
    ],
    problems: [],
  });
});

test.each([
  [['sett', 'a', 'b'], /"sett" is not one of get, set, unset, list; did you mean set\?/],
  [['get'], /config get needs a key/],
  [['set', 'a'], /config set a needs a value/],
  [['get', 'a', 'b'], /takes one key/],
  [['list', 'a'], /takes no key/],
  [[], /too few words/],
  [['set', 'a', 'b', 'c'], /too many words/],
  [['set', 'a', 'b', '--scope', 'managed'], /--scope: "managed" is not one of user, project, local/],
])('config %j is a mistake that is named', async (words, message) => {
  const h = await program();
  expect(await h.run('config', ...words)).toBe(2);
  expect(h.stderr).toMatch(message);
});
