import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packed } from './gates/packed.ts';
import { runProgram } from './gates/program.ts';

const run = promisify(execFile);

/** What somebody gets who installs the package. */
const budget = { packages: 8, megabytes: 25 };

let folder: string;

/** An empty folder in which only the packed package is installed. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenon-installed-'));
  const archive = await packed(folder);
  await writeFile(join(folder, 'package.json'), '{ "name": "user", "type": "module", "private": true }');
  const args = ['install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', archive];
  await run('npm', args, { cwd: folder, timeout: 120_000 });
  for (const name of ['home', 'project']) await mkdir(join(folder, name));
}, 300_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('it is small', async () => {
  const modules = join(folder, 'node_modules');
  const lock = JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8')) as { packages: object };
  let blocks = 0;
  for (const entry of await readdir(modules, { recursive: true, withFileTypes: true })) {
    // Blocks, not length: small files cost a block each.
    if (entry.isFile()) blocks += (await stat(join(entry.parentPath, entry.name))).blocks;
  }
  expect(Object.keys(lock.packages).length).toBeLessThanOrEqual(budget.packages);
  expect((blocks * 512) / 1024 / 1024).toBeLessThanOrEqual(budget.megabytes);
});

/** A PDF file with one page that says `text`. */
function pdf(text: string): string {
  const stream = `BT /F1 12 Tf 20 100 Td (${text}) Tj ET`;
  const page =
    '/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    `<</Type/Page/Parent 2 0 R${page}>>`,
    `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
  ];
  const body = objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join('');
  return `%PDF-1.4\n${body}trailer<</Size 5/Root 1 0 R>>\n%%EOF\n`;
}

const files = { 'note.txt': 'a needle\n', 'paper.pdf': pdf('On hay') };

/** Calls that between them need packages of others that come along: for parsing, patterns, differences, documents. */
const turns = [
  [
    { name: 'Read', input: { file_path: 'note.txt' } },
    { name: 'Read', input: { file_path: 'paper.pdf', pages: '1' } },
    { name: 'Grep', input: { pattern: 'need', output_mode: 'content' } },
    { name: 'Glob', input: { pattern: '*.{txt,pdf}' } },
    { name: 'Bash', input: { command: 'echo first && cat note.txt | wc -l' } },
  ],
  [{ name: 'Edit', input: { file_path: 'note.txt', old_string: 'needle', new_string: 'straw' } }],
];
const results = [/a needle/, /page 1 of 1 ---\nOn hay/, /note\.txt.*needle/, /paper\.pdf/, /first\n\s*1/, /./];
const allowed = ['Bash(echo:*)', 'Bash(cat:*)', 'Bash(wc:*)'];

test('its program answers a prompt that needs all kinds of tools', async () => {
  const cwd = join(folder, 'project');
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const script = { turns: [...turns.map((calls) => ({ calls })), { text: 'done' }] };
  await writeFile(join(folder, 'script.json'), JSON.stringify(script));
  const { code, stdout, stderr } = await runProgram(
    join(folder, 'node_modules/.bin/tenon'),
    [
      '-p',
      'go',
      '--model',
      `fake:${join(folder, 'script.json')}`,
      '--output-format',
      'stream-json',
      '--verbose',
    ].concat(['--permission-mode', 'acceptEdits', '--allowedTools', ...allowed]),
    { home: join(folder, 'home'), cwd },
    { limit: 50_000 },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trim().split('\n');
  const messages = lines.map((line) => JSON.parse(line) as { type: string; message?: { content: unknown } });
  const answers = messages.filter(({ type }) => type === 'user').flatMap(({ message }) => message?.content);
  expect(answers).toEqual(
    results.map((pattern) => expect.objectContaining({ content: expect.stringMatching(pattern) })),
  );
  expect(answers).not.toContainEqual(expect.objectContaining({ is_error: true }));
  expect(await readFile(join(cwd, 'note.txt'), 'utf8')).toBe('a straw\n');
  expect(messages.at(-1)).toMatchObject({ type: 'result', is_error: false });
}, 60_000);

test('its library does the same, without a test runner', async () => {
  await writeFile(
    join(folder, 'library.mjs'),
    `import { execFileSync } from 'node:child_process';
import { createKernel, defineDistro } from 'tenon/kernel';
import { defineExtension, defineTool, Tools } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { callTool, createHarness, say } from 'tenon/test-kit';
import headless from 'tenon/distros/headless';
import { rgPath } from '@vscode/ripgrep';

const own = defineExtension({
  manifest: { id: '@user/own', version: '1.0.0', api: 1, contributes: { tools: ['Own'] } },
  setup(api) {
    api.add(Tools, defineTool({ name: 'Own', description: '', input: { type: 'object' }, run: () => 'my own' }));
  },
});
const turns = ${JSON.stringify([...turns, [{ name: 'Own', input: {} }]])};
const h = await createHarness({
  distro: defineDistro(headless),
  extensions: [own],
  files: ${JSON.stringify(files)},
  config: { permissions: { defaultMode: 'acceptEdits', allow: [...${JSON.stringify(allowed)}, 'Own'] } },
  model: [...turns.map((calls) => calls.map(({ name, input }) => callTool(name, input))), say('done')],
});
const { text, requests } = await h.prompt('go');
const results = requests.at(-1).toolResults.map(({ text }) => text);
await h.dispose();
const ripgrep = execFileSync(rgPath, ['--version'], { encoding: 'utf8' });
console.log(JSON.stringify({ text, results, ripgrep, functions: [typeof createKernel, typeof nearest] }));
`,
  );
  const { stdout } = await run(process.execPath, ['library.mjs'], { cwd: folder, timeout: 50_000 });
  expect(JSON.parse(stdout)).toEqual({
    text: 'done',
    results: [...results, /^my own$/].map((pattern) => expect.stringMatching(pattern)),
    ripgrep: expect.stringMatching(/^ripgrep /),
    functions: ['function', 'function'],
  });
}, 60_000);
