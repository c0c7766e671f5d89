import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createHarness, type Harness, type HarnessOptions } from 'tenon/test-kit';
import { onTestFinished } from 'vitest';
import full from '../../../distros/full.ts';

/** What a command line printed. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a verb answers as JSON; lists are looked at as a whole. */
export interface Answer {
  readonly [field: string]: Answer;
}

/** The whole program in this process, with a home and a project of its own. */
export interface StoreProgram {
  readonly harness: Harness;
  /** The user's settings folder. */
  readonly user: string;
  /** Its folder of plugins. */
  readonly plugins: string;
  readonly cwd: string;
  plugin(...args: string[]): Promise<Ran>;
  /** The same with `--json`; what was printed, read. */
  json(...args: string[]): Promise<Answer>;
}

export async function storeProgram(options: HarnessOptions = {}): Promise<StoreProgram> {
  const harness = await createHarness({
    distro: full,
    strict: false,
    ...options,
    env: { PATH: process.env.PATH, ...options.env },
  });
  const user = join(harness.home.dir, '.claude');
  const plugin = async (...args: string[]): Promise<Ran> => {
    const [out, err] = [harness.stdout.length, harness.stderr.length];
    const code = await harness.run('plugin', ...args);
    return { code, stdout: harness.stdout.slice(out), stderr: harness.stderr.slice(err) };
  };
  return {
    harness,
    user,
    plugins: join(user, 'plugins'),
    cwd: harness.project.dir,
    plugin,
    async json(...args) {
      const ran = await plugin(...args, '--json');
      return JSON.parse(ran.stdout) as Answer;
    },
  };
}

/** A folder that ends with the test. */
export async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tenon-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

type Files = Readonly<Record<string, unknown>>;

/** Writes files; what is no text is written as JSON, names that begin with `bin/` can be run. */
export function write(folder: string, files: Files): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    if (name.includes('bin/')) chmodSync(path, 0o755);
  }
  return folder;
}

/** The files of a plugin, below a folder. */
export function pluginFiles(name: string, below = '', manifest: Files = {}): Files {
  const at = below === '' ? '' : `${below}/`;
  return {
    [`${at}.claude-plugin/plugin.json`]: { name, version: '1.0.0', ...manifest },
    [`${at}commands/hello.md`]: `---\ndescription: Greet\n---\nHello from ${name}\n`,
  };
}

/** The files of a marketplace with plugins in `plugins/<name>`. */
export function marketplaceFiles(
  name: string,
  plugins: Readonly<Record<string, Files>>,
  more: { readonly entries?: readonly unknown[]; readonly fields?: Files } = {},
): Files {
  const files: Record<string, unknown> = {
    '.claude-plugin/marketplace.json': {
      name,
      owner: { name: 'someone' },
      plugins: [
        ...Object.keys(plugins).map((plugin) => ({ name: plugin, source: `./plugins/${plugin}` })),
        ...(more.entries ?? []),
      ],
      ...more.fields,
    },
  };
  for (const [plugin, manifest] of Object.entries(plugins))
    Object.assign(files, pluginFiles(plugin, `plugins/${plugin}`, manifest));
  return files;
}
