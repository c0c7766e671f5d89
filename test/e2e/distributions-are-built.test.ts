import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDistro } from '../gates/built.ts';
import { packed } from '../gates/packed.ts';
import { place, runProgram } from '../gates/program.ts';
import { root } from '../gates/source-file.ts';

const run = promisify(execFile);
let folder: string;

/** A folder of somebody else: the packed package, the bundler and a test runner are installed. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenon-distribution-'));
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await run('tar', ['-xzf', await packed(folder)], { cwd: folder });
  await cp(join(folder, 'package'), join(modules, 'tenon'), { recursive: true });
  for (const name of ['rolldown', 'vitest', '@vscode/ripgrep']) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  await writeFile(join(folder, 'package.json'), '{ "name": "maker", "type": "module", "private": true }');
}, 240_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs `tenon` as it is installed in the folder. */
async function tenon(args: readonly string[], cwd = folder) {
  await using at = await place();
  return runProgram(join(folder, 'node_modules/tenon/dist/tenon.cjs'), args, { home: at.home, cwd }, { limit: 60_000 });
}

describe('the distribution of the documentation', () => {
  test('is built and run by the two commands that stand there', async () => {
    const docs = await readFile(join(root, 'docs/distributions.md'), 'utf8');
    const [, code = ''] = /^`acme\.ts`:\n\n```ts\n([\s\S]*?)```/m.exec(docs) ?? [];
    const [, commands = ''] = /```sh\n([\s\S]*?)```/.exec(docs) ?? [];
    await writeFile(join(folder, 'acme.ts'), code);
    const [build = '', start = ''] = commands.trim().split('\n');
    expect(build).toMatch(/^npx tenon /);
    expect(start).toMatch(/^node acme\.mjs /);
    const built = await tenon(build.replace('npx tenon ', '').split(' '));
    expect(built).toMatchObject({ code: 0, stdout: '' });
    // nothing is beside it that it could lean on
    await using at = await place();
    await cp(join(folder, 'acme.mjs'), join(at.cwd, 'acme.mjs'));
    const [, , ...args] = start.split(' ');
    expect(await runProgram(join(at.cwd, 'acme.mjs'), args, at)).toMatchObject({ code: 0, stdout: 'acme-large\n' });
    expect(await runProgram(join(at.cwd, 'acme.mjs'), ['--version'], at)).toMatchObject({
      stdout: expect.stringContaining('1.0.0'),
    });
    expect(await runProgram(join(at.cwd, 'acme.mjs'), ['config', 'set', 'model', 'other'], at)).not.toMatchObject({
      stdout: 'other\n',
    });
    expect((await runProgram(join(at.cwd, 'acme.mjs'), args, at)).stdout).toBe('acme-large\n');
    expect(await readdir(at.home)).not.toContain('.claude');
    const notices = await readFile(join(folder, 'acme.mjs.LICENSES.txt'), 'utf8');
    for (const name of ['tenon', 'tapable', 'cac']) expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(notices).not.toContain('holds no licence text');
  }, 120_000);
});

describe('bare', () => {
  test('is one file of at most 400 KB that answers a prompt without node_modules', async () => {
    const out = join(folder, 'out/bare.mjs');
    await writeFile(join(folder, 'bare.ts'), "export { default } from 'tenon/distros/bare';\n");
    expect(await tenon(['distro', 'build', 'bare.ts', '--out', out])).toMatchObject({ code: 0 });
    expect((await stat(out)).size).toBeLessThanOrEqual(400_000);
    await using at = await place();
    await cp(out, join(at.cwd, 'bare.mjs'));
    await writeFile(join(at.cwd, 'script.json'), JSON.stringify({ turns: [{ text: 'Scripted.' }] }));
    const args = ['-p', 'Say something', '--model', `fake:${join(at.cwd, 'script.json')}`];
    expect(await runProgram(join(at.cwd, 'bare.mjs'), args, at)).toMatchObject({
      code: 0,
      stdout: '[scripted] Scripted.\n',
    });
  }, 120_000);
});

describe('distro init', () => {
  test('writes a distribution whose test passes and that builds and runs', async () => {
    const made = await tenon(['distro', 'init', 'globex']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain('globex/distro.ts');
    const at = join(folder, 'globex');
    // the package that made it came from no registry here
    const { devDependencies } = JSON.parse(await readFile(join(at, 'package.json'), 'utf8'));
    expect(devDependencies.tenon).toMatch(/^file:\//);
    await run(process.execPath, [join(folder, 'node_modules/vitest/vitest.mjs'), 'run', '--root', at], { cwd: at });
    const built = await tenon(['distro', 'build', 'distro.ts', '--out', 'dist/globex.mjs', '--sbom'], at);
    expect(built).toMatchObject({ code: 0 });
    await using there = await place();
    expect((await runProgram(join(at, 'dist/globex.mjs'), ['--help'], there)).stdout).toMatch(/globex/);
    const sbom = JSON.parse(await readFile(join(at, 'dist/globex.mjs.cdx.json'), 'utf8')) as {
      bomFormat: string;
      specVersion: string;
      metadata: { component: { name: string } };
      components: { name: string; version: string; purl?: string; licenses?: object[] }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { name: 'Globex' } },
    });
    const diff = sbom.components.find(({ name }) => name === 'diff');
    expect(diff).toMatchObject({
      purl: expect.stringMatching(/^pkg:npm\/diff@\d/),
      licenses: [{ license: { id: 'BSD-3-Clause' } }],
    });
    const refs = new Set(sbom.components.map((one) => (one as unknown as { 'bom-ref': string })['bom-ref']));
    for (const { dependsOn } of sbom.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref);
  }, 240_000);

  test('leaves a folder alone that is not empty', async () => {
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full/note'), '');
    expect(await tenon(['distro', 'init', 'full'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not empty'),
    });
    expect(await readdir(join(folder, 'full'))).toEqual(['note']);
  });
});

describe('distro build --check', () => {
  test('says why each extension and package is in, and writes nothing', async () => {
    await writeFile(join(folder, 'plain.ts'), "export { default } from 'tenon/distros/headless';\n");
    const before = (await readdir(folder)).length;
    const { code, stdout } = await tenon(['distro', 'build', 'plain.ts', '--check']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}cli 0\.1\.0: listed/m);
    expect(stdout).toMatch(/^ {2}permissions .*needed by .*agent-loop/m);
    expect(stdout).toMatch(/^ {2}diff \d.*through .*builtin-tools/m);
    expect((await readdir(folder)).length).toBe(before);
    const told = JSON.parse((await tenon(['distro', 'build', 'plain.ts', '--check', '--json'])).stdout) as {
      packages: { name: string }[];
    };
    expect(told.packages.map(({ name }) => name)).toContain('diff');
  }, 60_000);
});

describe('a mistake is named, and nothing is written', () => {
  test.each([
    ['nothing', 'export const x = 1;', /default/],
    ['wrong', "export default { name: 'A' };", /command: must be a text/],
    ['missing', "export default (await import('./not-there.ts')).default;", /not-there/],
    [
      'fields',
      `import headless from 'tenon/distros/headless';
export default { ...headless, name: 'A', command: 'a', version: '1', folders: { user: '/etc/a', project: '.a' },
  lockd: ['model'], plugins: 'usr', locked: ['modle'] };`,
      /folders\.user: must be the name.*lockd: .*did you mean locked\?.*plugins: must be one of none, user.*no setting modle; did you mean model\?/s,
    ],
    [
      'throws',
      "throw new Error('broken on purpose');\nexport default {};",
      /throws\.ts cannot be run: broken on purpose/,
    ],
    [
      'unmet',
      `import { manifest } from 'tenon/extensions/print-mode/manifest';
import { defineDistro, entry } from 'tenon/kernel';
export default defineDistro({ name: 'A', command: 'a', version: '1', folders: { user: '.a', project: '.a' },
  extensions: [entry(manifest, () => import('tenon/extensions/print-mode'))] });`,
      /loop@1/,
    ],
  ])(
    '%s',
    async (name, code, message) => {
      await writeFile(join(folder, `${name}.ts`), code);
      const built = await tenon(['distro', 'build', `${name}.ts`, '--out', `${name}.mjs`]);
      expect(built.code).toBe(1);
      expect(built.stderr).toMatch(message);
      expect(await readdir(folder)).not.toContain(`${name}.mjs`);
    },
    60_000,
  );

  test('calls without a file, an output or a known word', async () => {
    for (const args of [
      ['distro', 'build'],
      ['distro', 'build', 'acme.ts'],
      ['distro', 'biuld'],
      ['distro', 'build', 'none.ts', '--out', 'x'],
    ]) {
      expect((await tenon(args)).code).toBe(2);
    }
  }, 60_000);
});

test('this repository builds its own distributions by the same command', async () => {
  const out = join(folder, 'own.mjs');
  await buildDistro('distros/bare.ts', out);
  await using at = await place();
  expect(await runProgram(out, ['--version'], at)).toMatchObject({ code: 0 });
}, 60_000);
