import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSource, root, sourceFiles } from './gates/source-file.ts';
import * as walls from './gates/walls.ts';

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
/** What only works on the code. All other packages come along in the build. */
const tools = ['@biomejs/biome', 'knip', 'typescript', 'vitest'];
const packages = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !tools.includes(name));
const imports = walls.importWalls(packages);
const files = sourceFiles('kernel', 'plugin-api', 'extensions', 'distros', 'examples', 'test');

/** A rule, and modules that break it: path and text. */
const rules: Record<
  string,
  { rule: walls.Rule; bad: [path: string, text: string][]; good: [path: string, text: string][] }
> = {
  'imports stay inside the walls': {
    rule: imports,
    bad: [
      ['kernel/a.ts', `import { x } from 'zod';`],
      ['kernel/a.ts', `import { readFile } from 'node:fs';`],
      ['kernel/a.ts', `import loop from '../extensions/agent-loop/index.ts';`],
      ['kernel/a.ts', `import type { Read } from '../extensions/builtin-tools/read.ts';`],
      ['kernel/a.ts', `export const load = (path: string) => import(path);`],
      ['extensions/one/a.ts', `const load = (name: string) => import(\`../\${name}/index.ts\`);`],
      ['extensions/one/a.ts', `const load = (name: string) => import('../' + name);`],
      ['extensions/one/a.ts', `const load = (name: string) => import(\`./\${name}/../../two/a.ts\`);`],
      ['extensions/one/a.ts', `const load = (name: string) => import(name);`],
      ['extensions/one/a.ts', `const x = await import(\`../two/a.ts\`);`],
      ['extensions/one/a.ts', `const load = createRequire(import.meta.url); load('../two/a.cjs');`],
      ['extensions/one/a.ts', `createRequire(import.meta.url)('../two/a.cjs');`],
      ['extensions/one/a.ts', `const require = createRequire(import.meta.url); require.resolve('../two/a.cjs');`],
      ['extensions/one/a.ts', `import.meta.resolve('../two/a.ts');`],
      ['extensions/one/a.ts', `new Worker(new URL('../two/worker.ts', import.meta.url));`],
      ['extensions/one/a.ts', `const file = join(import.meta.dirname, '..', 'two', 'a.json');`],
      ['extensions/one/sub/a.ts', `const file = new URL(\`../../two/\${name}\`, import.meta.url);`],
      ['kernel/a.ts', `const file = new URL('../extensions/x', import.meta.url);`],
      ['examples/one/index.ts', `const file = new URL('../../kernel/index.ts', import.meta.url);`],
      ['plugin-api/a.ts', `import { createKernel } from '../kernel/index.ts';`],
      ['plugin-api/a.ts', `import { join } from 'node:path';`],
      ['plugin-api/lib/a.ts', `import picomatch from 'picomatch';`],
      ['extensions/one/a.ts', `import { x } from '../two/a.ts';`],
      ['extensions/one/a.ts', `const x = await import('../two/a.ts');`],
      ['extensions/one/a.ts', `export { x } from '../two/a.ts';`],
      ['extensions/one/a.ts', `let x: import('../two/a.ts').X;`],
      ['extensions/one/a.ts', `import { createKernel } from 'tenon/kernel';`],
      ['extensions/one/a.ts', `import { x } from '../../plugin-api/index.ts';`],
      ['extensions/one/a.ts', `import { x } from 'tenon/extensions/two';`],
      ['extensions/one/a.ts', `import left from 'left-pad';`],
      ['extensions/one/a.ts', `import { main } from 'knip';`],
      ['extensions/one/a.ts', `import { createHarness } from 'tenon/test-kit';`],
      ['extensions/one/test/a.test.ts', `import { x } from '../../two/a.ts';`],
      ['examples/one/index.ts', `import { x } from '../../plugin-api/index.ts';`],
    ],
    good: [
      [
        'kernel/a.ts',
        `import { AsyncSeriesHook } from 'tapable'; import { x } from './b.ts'; import { y } from '../plugin-api/index.ts';`,
      ],
      ['plugin-api/lib/a.ts', `import { join } from 'node:path'; import type { B } from '../b.ts';`],
      [
        'extensions/one/a.ts',
        `import { x } from './b.ts'; import { y } from 'tenon/plugin-api'; const z = await import('zod');`,
      ],
      ['extensions/one/test/a.test.ts', `import { x } from '../a.ts'; import { createHarness } from 'tenon/test-kit';`],
      [
        'extensions/one/a.ts',
        `const x = (name) => import(\`./tools/\${name}.ts\`); const y = new URL('./b.ts', import.meta.url); const z = createRequire(import.meta.url); z.resolve('zod'); resolve('../x');`,
      ],
      ['extensions/plugin-loader/a.ts', `const load = (path: string) => import(path);`],
      ['distros/a.ts', `import { x } from '../extensions/one/index.ts';`],
    ],
  },
  'kernel and plugin API name no extension folder': {
    rule: walls.namesNoExtension,
    bad: [['kernel/a.ts', `export const path = 'extensions/permissions';`]],
    good: [['kernel/a.ts', `// third parties live in extensions/ of the user folder\nexport const a = 1;`]],
  },
  'only kernel/process reaches for the process': {
    rule: walls.leavesProcessAlone,
    bad: [
      ['kernel/a.ts', `process.exit(1);`],
      ['kernel/a.ts', `console.log('x');`],
      ['kernel/a.ts', `export const x = process.env.HOME;`],
      ['extensions/one/a.ts', `export const x = () => process.cwd();`],
      ['extensions/one/a.ts', `process['stdout'].write('x');`],
    ],
    good: [
      ['kernel/process/run.ts', `process.exit(1);`],
      ['extensions/one/a.ts', `process.kill(1, 'SIGTERM'); export const x = host.env.HOME;`],
    ],
  },
  'the user folder is spelled in config and distros only': {
    rule: walls.spellsNoUserFolder,
    bad: [
      ['extensions/sessions/a.ts', `export const folder = '.claude';`],
      ['extensions/sessions/a.ts', `export const folder = (home: string) => \`\${home}/.claude/projects\`;`],
      ['kernel/a.ts', `export const file = "x/.claude/settings.json";`],
    ],
    good: [
      ['extensions/config/a.ts', `export const folder = '.claude';`],
      ['extensions/sessions/a.ts', `// as in .claude/projects\nexport const folder = '.claudette';`],
    ],
  },
  'index.ts of an extension holds setup only': {
    rule: walls.indexHoldsSetup,
    bad: [
      ['extensions/one/index.ts', `export function work() {}\nexport default defineExtension({});`],
      ['extensions/one/index.ts', `const cache = new Map();\nexport default defineExtension({});`],
      ['extensions/one/index.ts', `export default { manifest, setup() {} };`],
      ['extensions/one/index.ts', `export default defineExtension({});\n${'//\n'.repeat(200)}`],
    ],
    good: [
      [
        'extensions/one/index.ts',
        `import { a } from './a.ts';\ninterface B {}\nexport default defineExtension({ a });`,
      ],
    ],
  },
  'importing a module waits for nothing': {
    rule: walls.waitsForNothingOnImport,
    bad: [['extensions/one/a.ts', `export const zod = await import('zod');`]],
    good: [['extensions/one/a.ts', `export const zod = async () => await import('zod');`]],
  },
  'a manifest is data': {
    rule: walls.manifestIsData,
    bad: [['extensions/one/manifest.ts', `import { z } from 'zod';\nexport const manifest = {};`]],
    good: [
      [
        'extensions/one/manifest.ts',
        `import type { Manifest } from 'tenon/plugin-api';\nimport { flags } from './flags.ts';`,
      ],
    ],
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

test('the repository was looked at', () => {
  const areas = new Set(files.map((file) => file.path.split('/')[0]));
  expect([...areas].sort()).toEqual(expect.arrayContaining(['distros', 'extensions', 'kernel', 'plugin-api', 'test']));
});
