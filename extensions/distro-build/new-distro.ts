import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from 'tenon/plugin-api';

/**
 * Writes the files of a new distribution into a folder.
 * @param source of the package `tenon` that it is made with: a range of versions, or `file:` and a folder
 * @returns the paths of the files, from the folder
 * @throws UsageError when the folder is not empty or its name is no command
 */
export async function newDistro(folder: string, source: string): Promise<readonly string[]> {
  const at = resolve(folder);
  const name = basename(at);
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    const like =
      name
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]+/g, '-')
        .replaceAll(/^[^a-z]+|-+$/g, '') || 'acme';
    throw new UsageError(
      `distro init: the folder's name becomes the command, so it must be small letters, digits and dashes: ${join(dirname(folder), like)}`,
    );
  }
  const there = await readdir(at).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`distro init: ${at} cannot be read: ${error.message}`);
  });
  if (there.length > 0) throw new UsageError(`distro init: ${at} is not empty; name a folder that is not there yet`);
  const files = filesOf(name, source);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(at, path)), { recursive: true });
    await writeFile(join(at, path), text);
  }
  return Object.keys(files);
}

function filesOf(name: string, source: string): Readonly<Record<string, string>> {
  const title = name.replaceAll(
    /(^|-)([a-z])/g,
    (_, dash: string, letter: string) => `${dash && ' '}${letter.toUpperCase()}`,
  );
  const manifest = {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    bin: { [name]: `dist/${name}.mjs` },
    scripts: { build: `tenon distro build distro.ts --out dist/${name}.mjs`, test: 'vitest run' },
    devDependencies: { rolldown: '^1.3.2', tenon: source, vitest: '^4.1.12' },
  };
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    '.gitignore': 'node_modules\ndist\n',
    // npm copies the package in place of linking it: what it links finds its own packages only
    ...(source.startsWith('file:') && { '.npmrc': 'install-links=true\n' }),
    'distro.ts': `import headless from 'tenon/distros/headless';
import { defineDistro } from 'tenon/kernel';

export default defineDistro({
  name: '${title}',
  command: '${name}',
  version: '0.1.0',
  // Where its state is below the home folder, and its settings below a project.
  folders: { user: '.${name}', project: '.${name}' },
  // entry(manifest, () => import('./your-extension.ts')) adds one of your own; leave out what you do not want.
  extensions: [...headless.extensions],
  // The lowest settings layer, and the keys of all layers that nobody may change.
  config: { permissions: { defaultMode: 'default' } },
  locked: [],
  // What a user may add: 'none', 'user' or 'user+project'.
  plugins: 'none',
});
`,
    'test/distro.test.ts': `import { createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import distro from '../distro.ts';

test('answers a prompt', async () => {
  const harness = await createHarness({ distro, model: [say('Hello.')] });
  expect((await harness.prompt('Say hello.')).text).toBe('Hello.');
});
`,
    'README.md': `# ${title}

A distribution of Tenon: \`distro.ts\` lists what is in it.

    npm install
    npm test
    npm run build
    node dist/${name}.mjs --version
    node dist/${name}.mjs -p "What is in this folder?"

\`npx tenon distro build distro.ts --check\` says why each extension and package is in the program.
`,
  };
}
