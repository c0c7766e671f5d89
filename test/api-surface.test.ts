import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hookCatalog } from '../plugin-api/index.ts';
import { root } from './gates/source-file.ts';

const due =
  'The public plugin API changed. If that is what you want: add a line to CHANGELOG.md, then run `npx vitest run test/api-surface -u`.';

test('the declarations that extensions compile against are the recorded ones', async () => {
  const declarations = declarationsOf('plugin-api');
  expect(declarations).toContain('interface ExtensionApi');
  await expect(declarations, due).toMatchFileSnapshot('./__snapshots__/plugin-api.txt');
}, 60_000);

test('the hooks, and the rule of each, are the recorded ones', async () => {
  const rows = Object.entries(hookCatalog).map(([name, spec]) => {
    const { kind, onError, timeout, pending, rewrites } = spec as unknown as Record<string, unknown>;
    const more = [
      (rewrites as unknown[] | undefined)?.length && `rewrites ${String(rewrites)}`,
      pending && `pending: ${String(pending)}`,
    ].filter(Boolean);
    return [name.padEnd(22), String(kind).padEnd(10), String(onError).padEnd(5), `${timeout} ms`.padEnd(9), ...more]
      .join(' ')
      .trim();
  });
  expect(rows.length).toBeGreaterThan(20);
  await expect(`${rows.sort().join('\n')}\n`, due).toMatchFileSnapshot('./__snapshots__/hooks.txt');
});

/** What the compiler declares for a folder, in one text without comments. */
function declarationsOf(folder: string): string {
  const out = mkdtempSync(join(tmpdir(), 'tenon-surface-'));
  try {
    const config = join(out, 'tsconfig.json');
    const options = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      removeComments: true,
      rootDir: root,
      outDir: out,
    };
    writeFileSync(
      config,
      JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions: { ...options, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
        include: [join(root, folder)],
      }),
    );
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { encoding: 'utf8' });
    return (readdirSync(join(out, folder), { recursive: true }) as string[])
      .filter((name) => name.endsWith('.d.ts') && !name.endsWith('index.d.ts'))
      .sort()
      .map((name) => `// ${folder}/${name}\n${readFileSync(join(out, folder, name), 'utf8')}`)
      .join('\n');
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
