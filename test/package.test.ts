import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packed } from './gates/packed.ts';
import { root } from './gates/source-file.ts';

const run = promisify(execFile);
let project: string;

/** A folder of somebody else, with the packed package in its node_modules. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'tenon-consumer-'));
  const modules = join(project, 'node_modules');
  await mkdir(modules);
  await run('tar', ['-xzf', await packed(project)], { cwd: project });
  await cp(join(project, 'package'), join(modules, 'tenon'), { recursive: true });
  const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { dependencies: object };
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  await writeFile(join(project, 'package.json'), '{ "name": "consumer", "type": "module", "private": true }');
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    // Our declarations are checked too.
    skipLibCheck: false,
    rewriteRelativeImportExtensions: true,
    outDir: 'out',
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
}, 240_000);

afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});

async function compile(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project]).catch((error) => {
    throw new Error(`It does not compile:\n${(error as { stdout: string }).stdout}`);
  });
}

/** The specifiers of all exports of the package, without the kit, which needs a test runner's types. */
async function exported(): Promise<string[]> {
  const lib = join(project, 'node_modules/tenon/dist/lib');
  const extensions = await readdir(join(lib, 'extensions'));
  const below = async (folder: string) =>
    (await readdir(join(lib, folder))).flatMap((name) => /^([\w-]+)\.js$/.exec(name)?.[1] ?? []);
  return [
    ...['tenon', 'tenon/kernel', 'tenon/plugin-api'],
    ...(await below('plugin-api/lib')).map((name) => `tenon/plugin-api/lib/${name}`),
    ...extensions.flatMap((id) => [`tenon/extensions/${id}`, `tenon/extensions/${id}/manifest`]),
    ...(await below('distros')).map((name) => `tenon/distros/${name}`),
  ];
}

describe('the package, as somebody else installs it', () => {
  test('holds the program, the library and its papers, and no sources or tests', async () => {
    const { stdout } = await run('find', [join(project, 'package'), '-type', 'f'], { maxBuffer: 1e7 });
    const files = stdout
      .replaceAll(`${join(project, 'package')}/`, '')
      .trim()
      .split('\n');
    for (const name of [
      'dist/tenon.cjs',
      'dist/lib/kernel/index.js',
      'dist/lib/plugin-api/index.d.ts',
      'README.md',
      'docs/first-extension.md',
      'LICENSE',
      'CHANGELOG.md',
      'dist/THIRD_PARTY_LICENSES.txt',
      'dist/tenon.schema.json',
      'dist/hooks.schema.json',
    ]) {
      expect(files).toContain(name);
    }
    const ours = files.filter((name) => !name.startsWith('dist/chunks/'));
    expect(ours.filter((name) => /\.test\.|(?<!\.d)\.ts$|\.stamp|\.lock|\.next|graph\.json/.test(name))).toEqual([]);
  });

  test('everything that it exports compiles with its declarations alone, and loads but for the program', async () => {
    const specifiers = await exported();
    expect(specifiers.length).toBeGreaterThan(30);
    const lines = specifiers.map((name, at) => `export * as m${at} from '${name}';`);
    await compile({ 'all.ts': lines.join('\n') });
    const loaded = specifiers.filter((name) => name !== 'tenon/distros/main').map((name) => `import '${name}';`);
    await writeFile(join(project, 'all.mjs'), `${loaded.join('\n')}\nconsole.log('loaded');`);
    expect((await run(process.execPath, ['all.mjs'], { cwd: project })).stdout).toBe('loaded\n');
  }, 60_000);

  test('packages of others that come along export what the originals do, and bring their licences', async () => {
    const vendor = join(project, 'node_modules/tenon/dist/lib/vendor');
    const files = (await readdir(vendor, { recursive: true })).filter((name) => /\.js$/.test(name));
    const names = files.filter((name) => !name.startsWith('chunks')).map((name) => name.replace(/\.js$/, ''));
    expect(names).toEqual(expect.arrayContaining(['tapable', 'zod', 'unpdf', '@anthropic-ai/sdk/core/error']));
    const licences = await readFile(join(project, 'node_modules/tenon/dist/THIRD_PARTY_LICENSES.txt'), 'utf8');
    expect(licences).not.toContain('no licence');
    for (const name of [...names, 'js-yaml', 'pdf.js', 'Babel']) {
      const [first, second] = name.split('/');
      expect(licences).toMatch(new RegExp(`^${name.startsWith('@') ? `${first}/${second}` : first}[ ,]`, 'm'));
    }
    const keysOf = async (specifier: string) => {
      const exports = Object.keys((await import(specifier)) as object);
      return exports.filter((name) => name !== 'module.exports').sort();
    };
    for (const name of names) {
      expect(await keysOf(pathToFileURL(join(vendor, `${name}.js`)).href), name).toEqual(await keysOf(name));
    }
  }, 60_000);

  test('its program starts', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const { stdout } = await run(process.execPath, [join(project, 'node_modules/tenon/dist/tenon.cjs'), '--version']);
    expect(stdout).toContain(version);
  }, 30_000);

  test('an extension with a hook of its own compiles against the declarations and runs in the kernel', async () => {
    await compile({
      'deployed.ts': `import { createKernel, entry } from 'tenon/kernel';
import { defineExtension, observe, type HookSpec, type Manifest } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';

declare module 'tenon/plugin-api' {
  interface Hooks { Deployed: HookSpec<{ target: string }, void, void> }
}

const announcer = { id: '@acme/announcer', version: '1.0.0', api: 1, hooks: { Deployed: 'observe' }, fires: ['Deployed'], activate: ['startup'], after: ['@acme/listener'] } as const satisfies Manifest;
const listener = { id: '@acme/listener', version: '1.0.0', api: 1, taps: ['Deployed'] } as const satisfies Manifest;
// @ts-expect-error a hook that nobody declared has no place in a manifest
({ id: 'x', version: '1', api: 1, taps: ['NoSuchHook'] }) satisfies Manifest;

const heard: string[] = [];
const kernel = createKernel({
  entries: [
    entry(announcer, async () => ({ default: defineExtension({ manifest: announcer, async setup(api) { void api.hooks.Deployed.fire({ target: 'staging' }); } }) })),
    entry(listener, async () => ({ default: defineExtension({ manifest: listener, setup(api) { api.hooks.Deployed.tap(({ target }) => { heard.push(target satisfies string); }); } }) })),
  ],
  projectDir: process.cwd(),
});
await kernel.start({ mode: 'main', argv: [] });
await new Promise((resolve) => setTimeout(resolve, 200));
await kernel.exit({ code: 0, reason: 'done' });
console.log(JSON.stringify({ heard, kinds: typeof observe, nearest: typeof nearest }));
`,
    });
    const { stdout } = await run(process.execPath, ['out/deployed.js'], { cwd: project });
    expect(JSON.parse(stdout)).toEqual({ heard: ['staging'], kinds: 'function', nearest: 'function' });
  }, 60_000);

  test('the extension and the distribution of the README compile and start', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const blocks = [...readme.matchAll(/```ts\n\/\/ ([\w.-]+)\n(.*?)```/gs)].map(([, name, text]) => [name, text]);
    expect(blocks.map(([name]) => name)).toEqual(['frozen.ts', 'acme.ts']);
    await compile(Object.fromEntries(blocks) as Record<string, string>);
    const { stdout } = await run(process.execPath, ['out/acme.js', '--help'], { cwd: project });
    expect(stdout).toContain('acme');
  }, 60_000);
});
