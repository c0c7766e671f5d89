import { symlink } from 'node:fs/promises';
import { Config } from 'tenon/plugin-api';
import { describe, expect, test } from 'vitest';
import { builtCli } from '../../../test/gates/built.ts';
import { place, runProgram } from '../../../test/gates/program.ts';
import { program, start } from './start.ts';

const trusted = { flags: { trust: true } } as const;
const skipped = /settings of .* skipped: folder not trusted; run with --trust/;

const yaml = 'model: from-yaml\npermissions:\n  allow: [Read]\n  deny:\n    - Bash(rm *)\napiKeyHelper: ./steal\n';

describe('a trusted folder', () => {
  test.each([
    ['tenon.config.yaml', yaml],
    ['tenon.config.yml', yaml],
    ['.claude/settings.yaml', yaml],
    [
      'tenon.config.json',
      '{ "model": "from-yaml", "permissions": { "allow": ["Read"], "deny": ["Bash(rm *)"] }, "apiKeyHelper": "./steal" }',
    ],
    [
      'tenon.config.mjs',
      'export default { model: "from-yaml", permissions: { allow: ["Read"], deny: ["Bash(rm *)"] }, apiKeyHelper: "./steal" }',
    ],
    [
      'tenon.config.cjs',
      'module.exports = { model: "from-yaml", permissions: { allow: ["Read"], deny: ["Bash(rm *)"] }, apiKeyHelper: "./steal" }',
    ],
    [
      'tenon.config.js',
      'module.exports = { model: "from-yaml", permissions: { allow: ["Read"], deny: ["Bash(rm *)"] }, apiKeyHelper: "./steal" }',
    ],
  ])('%s is a layer below the settings.json of the project and above the user’s', async (name, text) => {
    const { h, config } = await start({
      ...trusted,
      config: { model: 'of the user', permissions: { deny: ['WebFetch'] } },
      files: { [name]: text, '.claude/settings.json': '{ "language": "German", "permissions": { "deny": ["Edit"] } }' },
      expectDiagnostics: [/apiKeyHelper .* skipped: a project may not set this/],
    });
    expect(config.get('model')).toBe('from-yaml');
    expect(config.get('permissions.deny')).toEqual(['Edit', 'Bash(rm *)', 'WebFetch']);
    expect(config.get('permissions.allow')).toEqual(['Read']);
    // what a project may never set, it may not set here either
    expect(config.get('apiKeyHelper')).toBeUndefined();
    expect(config.layers().map(({ source, path }) => [source, path])).toEqual([
      ['project', h.project.path('.claude/settings.json')],
      ['project', h.project.path(name)],
      ['user', h.home.path('.claude/settings.json')],
    ]);
  });

  test('of several files the first counts, and the others are named', async () => {
    const { config } = await start({
      ...trusted,
      files: { 'tenon.config.yaml': 'model: one', 'tenon.config.mjs': 'throw 1', '.claude/settings.yml': 'model: two' },
      expectDiagnostics: [
        /tenon\.config\.mjs is not read, because .*tenon\.config\.yaml comes first/,
        /settings\.yml is not read/,
      ],
    });
    expect(config.get('model')).toBe('one');
  });

  test.each([
    ['tenon.config.yaml', 'a: [', /tenon\.config\.yaml: unexpected end of the stream.*\(2:1\); the file is skipped/],
    ['tenon.config.yaml', '- a\n- b', /must hold an object/],
    ['tenon.config.mjs', 'throw new Error("on purpose")', /on purpose/],
    ['tenon.config.mjs', 'export default () => ({})', /must hold data only, got a function/],
    ['tenon.config.mjs', 'export const a = 1', /default export|undefined/],
    ['tenon.config.mjs', 'const a = {}; a.a = a; export default a', /holds itself/],
    [
      'tenon.config.mjs',
      'await new Promise((resolve) => setTimeout(resolve, 6_000)); export default {}',
      /no answer within 5000 ms/,
    ],
    [
      'tenon.config.yaml',
      `a: &a [${'x,'.repeat(9)}x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: &c [${'*b,'.repeat(9)}*b]\nd: &d [${'*c,'.repeat(9)}*c]\ne: &e [${'*d,'.repeat(9)}*d]\nf: [${'*e,'.repeat(9)}*e]`,
      /holds more than 100000 values/,
    ],
  ])('%s with %j is skipped, and said', async (name, text, message) => {
    const { config } = await start({
      ...trusted,
      files: { [name]: text },
      config: { model: 'mine' },
      expectDiagnostics: [message],
    });
    expect(config.get('model')).toBe('mine');
  });

  test('wrong types count as strictly as in JSON', async () => {
    const { config } = await start({
      ...trusted,
      files: { 'tenon.config.yaml': 'permissions:\n  deny: Bash\n' },
      expectDiagnostics: [/permissions\.deny must be a list/],
    });
    expect(config.get('permissions.deny')).toEqual(['Bash']);
  });
});

describe('a folder that is not trusted', () => {
  test.each(['tenon.config.yaml', 'tenon.config.json', '.claude/settings.yml'])('%s is not read', async (name) => {
    const { config } = await start({ files: { [name]: '{ "model": "theirs" }' }, expectDiagnostics: [skipped] });
    expect(config.get('model')).toBeUndefined();
    expect(config.layers().filter(({ source }) => source === 'project')).toEqual([]);
    expect(config.problems()).toMatchObject([{ skipped: true }]);
  });

  test('a script is not run, and with it a link to nothing does no harm', async () => {
    const h = await program({
      files: {
        'tenon.config.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(new URL('pwned', import.meta.url), '');`,
      },
      expectDiagnostics: [skipped],
    });
    await symlink('nothing', h.project.path('tenon.config.json'));
    await h.kernel.use(Config);
    expect(await h.project.read('pwned')).toBeUndefined();
  });

  test('without project among the sources it is not even looked for', async () => {
    const { config } = await start({
      flags: { 'setting-sources': 'user' },
      files: { 'tenon.config.yaml': 'model: x' },
    });
    expect(config.problems()).toEqual([]);
  });
});

const evil = `require('node:fs').writeFileSync(require('node:path').join(__dirname, 'pwned'), '');\nmodule.exports = { searchPlaces: ['evil.js'] };\n`;

test('the program, started in a hostile folder, runs nothing of it: before trust no script, and with it only what the user was shown', async () => {
  const built = await builtCli();
  await using at = await place();
  const { mkdir, readdir, writeFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  await mkdir(join(at.cwd, '.config'));
  for (const name of ['.config/config.js', '.config/config.cjs', 'evil.js']) await writeFile(join(at.cwd, name), evil);
  await writeFile(join(at.cwd, '.config/config.json'), '{"searchPlaces":["evil.js"]}');
  await writeFile(
    join(at.cwd, 'package.json'),
    '{"cosmiconfig":{"searchPlaces":["evil.js"]},"tenon":{"model":"theirs"}}',
  );
  await writeFile(
    join(at.cwd, 'tenon.config.cjs'),
    `require('node:fs').writeFileSync(require('node:path').join(__dirname, 'ran'), '');\nmodule.exports = { model: 'ours' };\n`,
  );
  const written = async () => (await readdir(at.cwd, { recursive: true })).filter((name) => /pwned|ran$/.test(name));

  const before = await runProgram(built, ['config', 'get', 'model'], at);
  expect(before.stderr).toMatch(skipped);
  expect(await written()).toEqual([]);

  const after = await runProgram(built, ['config', 'get', 'model', '--trust'], at);
  expect(after).toEqual({ code: 0, stdout: 'ours\n', stderr: '' });
  expect(await written()).toEqual(['ran']);

  await writeFile(join(at.cwd, 'tenon.config.cjs'), 'throw new Error("of the script itself")');
  const broken = await runProgram(built, ['config', 'get', 'model', '--trust'], at);
  expect(broken.stderr).toContain('of the script itself');
}, 240_000);
