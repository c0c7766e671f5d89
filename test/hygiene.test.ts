import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as hygiene from './gates/hygiene.ts';
import { parseSource, root, sourceFiles } from './gates/source-file.ts';

const files = sourceFiles('kernel', 'plugin-api', 'extensions', 'distros', 'test', 'examples');

const rules: Record<
  string,
  { rule: hygiene.Rule; bad: [path: string, text: string][]; good: [path: string, text: string][] }
> = {
  'no any outside the tapable seam': {
    rule: hygiene.noAny,
    bad: [
      ['extensions/one/a.ts', 'export const x: any = 1;'],
      ['kernel/slots.ts', 'export function f(x: Map<string, any>) {}'],
      ['plugin-api/a.ts', 'export const x = y as any;'],
    ],
    good: [
      ['kernel/hook.ts', 'export const x: any = 1;'],
      ['extensions/one/a.ts', '// any\nexport const x: unknown = "any";'],
    ],
  },
  'an empty catch says why': {
    rule: hygiene.emptyCatchSaysWhy,
    bad: [
      ['extensions/one/a.ts', 'try { f() } catch {}'],
      ['extensions/one/a.ts', 'try { f() } catch {\n}'],
      ['extensions/one/a.ts', 'p.catch(() => {});'],
      ['extensions/one/a.ts', 'p.catch(() => undefined);'],
    ],
    good: [
      ['extensions/one/a.ts', 'try { f() } catch {} // gone already, which is what we want'],
      ['extensions/one/a.ts', 'try { f() } catch {\n  // gone already\n}'],
      ['extensions/one/a.ts', 'p.catch(() => {}); // reported by the owner'],
      ['extensions/one/a.ts', 'try { f() } catch (error) { log(error) }'],
    ],
  },
  'no test is skipped or alone': {
    rule: hygiene.noSkippedTest,
    bad: [
      ['test/a.test.ts', `test.skip('x', () => {});`],
      ['test/a.test.ts', `describe.only('x', () => {});`],
      ['extensions/one/test/a.test.ts', `it.todo('x');`],
    ],
    good: [['test/a.test.ts', `test('x', () => {}); lines.skip(1);`]],
  },
  'no file is named after nothing': {
    rule: hygiene.namedAfterNoun,
    bad: [
      ['extensions/one/utils.ts', ''],
      ['kernel/helpers.ts', ''],
      ['extensions/one/common/a.ts', ''],
      ['plugin-api/lib/misc.ts', ''],
    ],
    good: [['extensions/one/util-linux.ts', '']],
  },
};

describe.each(Object.entries(rules))('%s', (_name, { rule, bad, good }) => {
  test('in this repository', () => {
    expect(files.flatMap((file) => rule(file))).toEqual([]);
  });
  test.each(bad)('bad example %# is caught (%s)', (path, text) => {
    expect(rule(parseSource(path, text))).not.toEqual([]);
  });
  test.each(good)('good example %# passes (%s)', (path, text) => {
    expect(rule(parseSource(path, text))).toEqual([]);
  });
});

test('every generated file is what its generator makes now', () => {
  const generators = readdirSync(join(root, 'scripts')).filter((name) => /^generate-.*\.mjs$/.test(name));
  for (const name of generators) {
    expect(
      () => execFileSync(process.execPath, [join(root, 'scripts', name), '--check'], { stdio: 'pipe' }),
      name,
    ).not.toThrow();
  }
  const made = files.filter((file) => file.path.endsWith('.gen.ts'));
  expect(
    made
      .filter((file) => !/^\/\/ (Generated|Made) by scripts\/generate-[\w-]+\.mjs/.test(file.text))
      .map(({ path }) => path),
  ).toEqual([]);
});

test('the lock file names every platform package, so that npm ci accepts it', () => {
  expect(() =>
    execFileSync(process.execPath, [join(root, 'scripts/complete-lock.mjs'), '--check'], { stdio: 'pipe' }),
  ).not.toThrow();
});

test('no dependency needs an install script', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean; optional?: boolean }>;
  };
  const scripted = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript && !entry.optional);
  expect(scripted.map(([path]) => path)).toEqual([]);
});
