import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import bare from '../distros/bare.ts';
import full from '../distros/full.ts';
import headless from '../distros/headless.ts';
import { checkDistro } from '../kernel/index.ts';
import { type ModelServer, startModelServer } from './fixtures/model-server/server.mjs';
import { buildDistro } from './gates/built.ts';
import { place, runProgram } from './gates/program.ts';
import { root } from './gates/source-file.ts';

let folder: string;
let server: ModelServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenon-distros-'));
  const read = () => ({ calls: [{ name: 'Read', input: { file_path: join(folder, 'note.txt') } }] });
  server = await startModelServer({
    respond: ({ body }) =>
      JSON.stringify(body.messages?.at(-1)).includes('tool_result') ? { text: 'It says: from a file' } : read(),
  });
  await writeFile(join(folder, 'note.txt'), 'from a file\n');
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({ ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'test' });

/** A distribution as a file elsewhere, without the lines that mention a name. */
async function copyOf(name: string, without: RegExp, as: string): Promise<string> {
  const text = readFileSync(join(root, 'distros', `${name}.ts`), 'utf8')
    .split('\n')
    .filter((line) => !without.test(line))
    .join('\n')
    .replaceAll("'../", `'${root}`)
    .replaceAll("'./", `'${join(root, 'distros')}/`);
  const path = join(folder, `${as}.ts`);
  await writeFile(path, text);
  return path;
}

describe('each distribution', () => {
  test.each([
    ['full', full],
    ['headless', headless],
    ['bare', bare],
  ])('%s is complete', (_name, distro) => {
    expect(checkDistro(distro).map((problem) => problem.message)).toEqual([]);
  });

  test.each(['full', 'headless'])(
    '%s, as one file, answers a prompt that needs a tool',
    async (name) => {
      await using at = await place();
      const out = join(folder, `${name}.mjs`);
      await buildDistro(`distros/${name}.ts`, out);
      const run = await runProgram(out, ['-p', 'What does the note say?', '--add-dir', folder], at, { env: env() });
      expect(run).toMatchObject({ code: 0, stdout: 'It says: from a file\n' });
    },
    60_000,
  );

  test('bare, as one file, answers a prompt without settings, key or network', async () => {
    await using at = await place();
    const out = join(folder, 'bare.mjs');
    await buildDistro('distros/bare.ts', out);
    const run = await runProgram(out, ['-p', 'Say something'], at);
    expect(run.code).toBe(0);
    expect(run.stdout.trim()).not.toBe('');
  }, 60_000);
});

describe('headless without one of its extensions', () => {
  const ids = headless.extensions.map(({ manifest }) => manifest.id);

  test.each(ids)(
    'without %s it builds and says what it cannot do, or is refused for a named service',
    async (id) => {
      await using at = await place();
      const file = await copyOf('headless', new RegExp(`extensions/${id}/`), `without-${id}`);
      const out = join(folder, `without-${id}.mjs`);
      const refusal = await buildDistro(file, out).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (refusal !== undefined) {
        const provided = headless.extensions.find(({ manifest }) => manifest.id === id)?.manifest.provides ?? [];
        expect(
          provided.some((service) => refusal.includes(service)),
          refusal,
        ).toBe(true);
        return;
      }
      expect(await runProgram(out, ['--help'], at)).toMatchObject({ code: 0, stderr: '' });
      const run = await runProgram(out, ['-p', 'What does the note say?', '--add-dir', folder], at, { env: env() });
      if (run.code !== 0) expect(run.stderr).toMatch(/^\S+: .+/);
      expect([0, 1, 2]).toContain(run.code);
      expect(run.stderr).not.toMatch(/\n\s+at /);
    },
    60_000,
  );
});

describe('the build refuses', () => {
  test('an extension whose code is in the file although it is not listed', async () => {
    const file = await copyOf('headless', /nothing/, 'smuggled');
    await writeFile(
      file,
      `${readFileSync(file, 'utf8')}\nexport const smuggled = () => import('${root}extensions/fake-model/index.ts');\n`,
    );
    await writeFile(
      join(folder, 'smuggler.ts'),
      `import distro, { smuggled } from './smuggled.ts';\nexport default { ...distro, config: { smuggled: String(smuggled) } };\n`,
    );
    await expect(buildDistro(join(folder, 'smuggler.ts'), join(folder, 'x.mjs'))).rejects.toThrow(
      /'fake-model'.*does not list/,
    );
  }, 60_000);

  test('an extension that is there twice', async () => {
    await writeFile(
      join(folder, 'twice.ts'),
      `import distro from '${root}distros/headless.ts';\nexport default { ...distro, extensions: [...distro.extensions, distro.extensions[1]] };\n`,
    );
    await expect(buildDistro(join(folder, 'twice.ts'), join(folder, 'x.mjs'))).rejects.toThrow(/config/);
  }, 60_000);
});
