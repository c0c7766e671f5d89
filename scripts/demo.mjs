#!/usr/bin/env node
// `npm run demo`: Tenon finds and fixes a real bug in a small project, with a scripted model. No account, no network.
// `npm run demo -- --live`: the same task with a real model; ANTHROPIC_API_KEY (and ANTHROPIC_BASE_URL) as usual.
import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { startModelServer } from '../test/fixtures/model-server/server.mjs';
import { root } from './bundle.mjs';
import { demoScript } from './demo-script.mjs';
import { showEvent } from './demo-transcript.mjs';

const live = process.argv.includes('--live');
const task = 'The tests fail. Find the bug, fix it, and run the tests again.';
const program = join(root, 'dist/tenon.cjs');
const say = (text = '') => process.stdout.write(`${text}\n`);
const title = (text) => say(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}\n`);

/** Ends the demo: what was promised did not happen. */
function expect(claim, promise, detail = '') {
  if (!claim) throw new Error(`Not as promised: ${promise}${detail && `\n${detail}`}`);
}

function runTests(project) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--test', '--test-reporter=spec'], {
    cwd: project,
    encoding: 'utf8',
    env: environment({}),
  });
  // The details of a failure are repeated below the list; the list is enough here.
  return { green: status === 0, text: `${stdout}${stderr}`.split('✖ failing tests:')[0].trim() };
}

/** A clean environment: nobody's settings, hooks or keys take part. */
function environment(more) {
  const { PATH, TMPDIR, LANG, TERM } = process.env;
  const quiet = { NO_COLOR: '1', npm_config_update_notifier: 'false' };
  const base = { PATH, TMPDIR, LANG: LANG ?? 'C.UTF-8', TERM: TERM ?? 'dumb', ...quiet, ...more };
  return Object.fromEntries(Object.entries(base).filter(([, value]) => value !== undefined));
}

async function runTenon(project, env) {
  const args = ['-p', task, '--output-format', 'stream-json', '--verbose'];
  // Permissions stay on: edits are accepted, and of all commands only the tests may run.
  args.push('--permission-mode', 'acceptEdits', '--allowedTools', 'Bash(npm test:*)');
  const child = spawn(process.execPath, [program, ...args], { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), live ? 600_000 : 60_000);
  const ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const events = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.trim() === '') continue;
    const event = JSON.parse(line);
    events.push(event);
    const text = showEvent(event, project);
    if (text) say(text);
  }
  const code = await ended;
  clearTimeout(timer);
  return { code, events, stderr };
}

function diffOf(before, after) {
  const git = spawnSync('git', ['diff', '--no-index', '--no-color', before, after], { encoding: 'utf8' });
  if (!git.error) return git.stdout;
  return spawnSync('diff', ['-ru', before, after], { encoding: 'utf8' }).stdout;
}

async function main() {
  const build = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--cli', '--if-stale'], {
    stdio: 'inherit',
  });
  expect(build.status === 0, 'the program builds');

  const folder = await mkdtemp(join(tmpdir(), 'tenon-demo-'));
  const project = join(folder, 'ledger');
  const home = join(folder, 'home');
  const source = join(root, 'scripts/demo-project');
  await cp(source, project, { recursive: true });
  await mkdir(home);
  let server;
  try {
    title('A small project with a failing test');
    const before = runTests(project);
    say(before.text);
    expect(!before.green && before.text.includes('ignores every thousands separator'), 'the tests are red before');

    title(live ? 'Tenon at work, with a real model' : 'Tenon at work');
    if (!live) {
      say('The words of the model are scripted: they come from a server on this machine that speaks the Messages');
      say('API. Everything else is real: the requests, the permission checks, the search, the edit, the test runs.\n');
    }
    say(`> ${task}\n`);
    const script = demoScript(project);
    if (!live) server = await startModelServer({ respond: script.respond });
    const { ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_BASE_URL, ANTHROPIC_MODEL } = process.env;
    const env = environment(
      live
        ? { HOME: process.env.HOME, ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_BASE_URL, ANTHROPIC_MODEL }
        : { HOME: home, ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'demo' },
    );
    const { code, events, stderr } = await runTenon(project, env);
    if (stderr.trim()) say(`\n(stderr)\n${stderr.trim()}`);
    const result = events.findLast((event) => event.type === 'result');
    expect(code === 0, 'Tenon ends with exit code 0', `It ended with ${code}.`);
    expect(result?.subtype === 'success' && !result.is_error, 'the run ends with a success', JSON.stringify(result));
    if (!live) {
      expect(script.finished(), 'every scripted answer was asked for');
      expect(
        (result.permission_denials ?? []).length === 0,
        'no call was denied',
        JSON.stringify(result.permission_denials),
      );
    }

    title('What changed on disk');
    const diff = diffOf(source, project).replaceAll(source, '').replaceAll(project, '');
    say(diff.trim());
    expect(diff.includes('+++ b/src/amount.js') || diff.includes('src/amount.js'), 'src/amount.js was changed');

    title('The tests, run once more by this script');
    const after = runTests(project);
    say(after.text);
    expect(after.green, 'the tests are green after');
    expect(diffOf(join(source, 'test'), join(project, 'test')) === '', 'the tests themselves are as before');

    title('The same with a real model');
    say(
      `ANTHROPIC_API_KEY=sk-… npm run demo -- --live     (ANTHROPIC_BASE_URL=… for any server that speaks the Messages API)`,
    );
    say(
      `\nThe program is ${relative(process.cwd(), program) || program}; start it in any folder: node ${program} -p "…"`,
    );
  } finally {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
});
