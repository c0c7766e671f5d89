import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtCli, builtLibrary } from './gates/built.ts';
import { root } from './gates/source-file.ts';

const run = promisify(execFile);
let project: string;

/** A folder of somebody else, with the packed package in its node_modules. */
beforeAll(async () => {
  await Promise.all([builtCli(), builtLibrary()]);
  project = await mkdtemp(join(tmpdir(), 'tenon-consumer-'));
  const modules = join(project, 'node_modules');
  await mkdir(modules);
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
    cwd: root,
  });
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  await run('tar', ['-xzf', packed.filename], { cwd: project });
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

describe('the package, as somebody else installs it', () => {
  test('holds the program, the library and its papers, and no sources or tests', async () => {
    const { stdout } = await run('find', [join(project, 'package'), '-type', 'f'], { maxBuffer: 1e7 });
    const files = stdout
      .replaceAll(`${join(project, 'package')}/`, '')
      .trim()
      .split('\n');
    for (const name of [
      'dist/tenon.mjs',
      'dist/lib/kernel/index.js',
      'dist/lib/plugin-api/index.d.ts',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'dist/THIRD_PARTY_LICENSES.txt',
    ]) {
      expect(files).toContain(name);
    }
    const ours = files.filter((name) => !name.startsWith('dist/chunks/'));
    expect(ours.filter((name) => /\.test\.|(?<!\.d)\.ts$|\.stamp|\.lock|\.next|graph\.json/.test(name))).toEqual([]);
  });

  test('its program starts', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const { stdout } = await run(process.execPath, [join(project, 'node_modules/tenon/dist/tenon.mjs'), '--version']);
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
