#!/usr/bin/env node
// `npm run bench`: what the program costs, as ratios to the least that Node can do, all measured in one run on one
// machine. Linux only (it reads /proc), needs bash.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { homes, hookCommand } from './homes.mjs';
import { measure } from './measure.mjs';
import { endMark, requestsOf, startModel } from './model-server.mjs';
import { median, rows, tableOf } from './rows.mjs';

const usage = `Usage: npm run bench -- [--n 7] [--only hello,loop50] [--install] [--json FILE] [--program FILE] [--keep]

  --n        pairs of runs a job (loop200: a third of it)
  --only     jobs: version help hello loop50 loop200 stream install plugins plugins-version extensions hooks
  --install  also packs and installs the package (needs the registry)
  --json     also writes every run to FILE
  --program  measures another build; default dist/tenon.cjs, built first
`;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = here('..');
const { values: options } = parseArgs({
  options: {
    n: { type: 'string', default: '7' },
    only: { type: 'string' },
    install: { type: 'boolean' },
    json: { type: 'string' },
    program: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const scenarioJobs = Object.keys(requestsOf);
/** What a user who has set up much runs, and in which home: compared with the same in an empty one. */
const setups = {
  plugins: { job: 'hello', home: 'plugins' },
  'plugins-version': { job: 'version', home: 'plugins' },
  extensions: { job: 'hello', home: 'extensions' },
  hooks: { job: 'loop50', home: 'hooks' },
};
const allJobs = ['version', 'help', 'hello', 'loop50', 'stream', 'loop200', ...Object.keys(setups)];

/** Who a job is compared with. */
function otherOf(job) {
  if (setups[job] !== undefined) return 'tenon';
  return scenarioJobs.includes(job) ? 'floor' : 'empty';
}

/** Milliseconds that the command of the hook takes when Node alone runs it. */
async function hookAlone(cwd) {
  const times = [];
  for (let n = 0; n < 25; n++) {
    const began = performance.now();
    await new Promise((resolve, reject) => {
      const child = spawn('/bin/sh', ['-c', hookCommand], { cwd, detached: true, stdio: 'pipe' });
      child.stdout.resume();
      child.stderr.resume();
      child.once('error', reject).once('close', resolve);
      child.stdin.end('{}');
    });
    times.push(performance.now() - began);
  }
  return median(times);
}

/** The command of one side of a job. */
function commandOf(job, side, program) {
  if (side === 'empty') return [process.execPath, here('empty.mjs')];
  const prompt = `This is a scripted measurement. SCENARIO=${job}`;
  if (side === 'floor') return [process.execPath, here('floor-agent.mjs'), prompt];
  if (!scenarioJobs.includes(job)) return [process.execPath, program, `--${job}`];
  return [process.execPath, program, '-p', prompt, '--model', 'sonnet', '--dangerously-skip-permissions'];
}

/** Nothing of the caller's environment but where programs are: NODE_EXTRA_CA_CERTS alone would add 100 ms to every start. */
function environmentOf(side, model, folder) {
  const env = {
    PATH: process.env.PATH,
    HOME: join(folder, side),
    TMPDIR: join(folder, 'tmp'),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
  };
  return { ...env, ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'bench', IS_SANDBOX: '1' };
}

/** Runs one side of a job once, and says whether the run did all that was asked of it. */
async function runOnce(name, side, { model, folder, program }) {
  const job = setups[name]?.job ?? name;
  model.requests.length = 0;
  const env = environmentOf(side, model, folder);
  const run = await measure(commandOf(job, side, program), { cwd: join(folder, 'project'), env });
  const { stdout, stderr, ...figures } = run;
  const problems = [];
  if (run.code !== 0) problems.push(`exit code ${run.code}`);
  if (scenarioJobs.includes(job)) {
    const main = model.requests.filter((request) => request.tools > 0);
    if (!stdout.includes(endMark(job))) problems.push('the end of the answer was not printed');
    if (main.length !== requestsOf[job]) problems.push(`${main.length} requests instead of ${requestsOf[job]}`);
    const at = main.map((request) => request.at);
    const gaps = at.slice(1).map((time, i) => time - at[i]);
    const quarter = Math.floor(gaps.length / 4);
    const mean = (list) => list.reduce((sum, gap) => sum + gap, 0) / list.length;
    figures.first = at[0] - run.started;
    figures.bytes = main[0]?.bytes;
    figures.side = model.requests.length - main.length;
    figures.turn = (at.at(-1) - at[0]) / (at.length - 1);
    figures.quarters = mean(gaps.slice(-quarter)) / mean(gaps.slice(0, quarter));
    if (side === 'hooks') figures.alone = await hookAlone(join(folder, 'project'));
  } else if (side !== 'empty' && stdout.trim() === '') problems.push('nothing was printed');
  if (problems.length > 0) process.stderr.write(`  ${side} ${job}: ${problems.join(', ')}\n${stderr.slice(0, 600)}\n`);
  return { ...figures, ok: problems.length === 0, problems };
}

function prepare() {
  const folder = mkdtempSync(join(tmpdir(), 'tenon-bench-'));
  for (const name of ['tenon', 'floor', 'empty', 'tmp', 'project']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'project/README.md'), '# A project\n\nIt is here to be a working directory.\n');
  spawnSync('git', ['init', '-q'], { cwd: join(folder, 'project') });
  for (const [name, fill] of Object.entries(homes)) fill(join(folder, name));
  return folder;
}

/** Packs the package and installs it as a user would. */
function install(folder) {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { stdio: 'inherit' });
  const target = join(folder, 'install');
  mkdirSync(target);
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', target], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  writeFileSync(join(target, 'package.json'), '{"private":true}');
  execFileSync(
    'npm',
    ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', join(target, packed.filename)],
    { cwd: target, stdio: 'ignore' },
  );
  const modules = join(target, 'node_modules');
  const packages = installedIn(modules);
  return { ok: packages > 0, megabytes: sizeOf(modules) / 1024 / 1024, packages };
}

function sizeOf(path) {
  let bytes = 0;
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    // Blocks, not length: small files cost a block each.
    if (entry.isFile()) bytes += statSync(join(entry.parentPath ?? entry.path, entry.name)).blocks * 512;
  }
  return bytes;
}

/** npm's own list, which also knows the packages inside of packages. */
function installedIn(modules) {
  return Object.keys(JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages).length;
}

async function main() {
  if (options.help) return void process.stdout.write(usage);
  const program = resolve(options.program ?? join(root, 'dist/tenon.cjs'));
  if (!options.program)
    execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--cli', '--if-stale'], { stdio: 'inherit' });
  if (!existsSync(program)) throw new Error(`There is no program ${program}.`);
  const n = Number(options.n);
  const only = options.only?.split(',');
  const jobs = allJobs.filter((job) => !only || only.includes(job));
  const pairs = new Map(jobs.map((job) => [job, []]));
  const folder = prepare();
  const model = await startModel();
  const context = { model, folder, program };
  let failed = 0;
  try {
    // One run of each before anything counts: caches of the disk, and a home folder as users have it.
    if (jobs.length > 0) for (const side of ['floor', 'tenon']) await runOnce('hello', side, context);
    for (const job of jobs.filter((one) => setups[one])) await runOnce(job, setups[job].home, context);
    for (let round = 0; round < n; round++) {
      for (const job of jobs) {
        if (job === 'loop200' && round >= Math.max(1, Math.ceil(n / 3))) continue;
        // What failed twice does not work; more of it says nothing new.
        if (pairs.get(job).filter(({ ours }) => !ours.ok).length >= 2) continue;
        const own = setups[job]?.home ?? 'tenon';
        const other = otherOf(job);
        const pair = {};
        // Who goes first changes every round, so that a drift of the machine favours nobody.
        for (const side of round % 2 ? [own, other] : [other, own]) pair[side] = await runOnce(job, side, context);
        failed += Number(!pair[own].ok) + Number(!pair[other].ok);
        pairs.get(job).push({ ours: pair[own], theirs: pair[other] });
        if (process.stderr.isTTY) process.stderr.write(`\r${round + 1}/${n} ${job}      `);
      }
    }
    if (process.stderr.isTTY) process.stderr.write('\r                    \r');
    if (options.install || only?.includes('install')) pairs.set('install', [{ ours: install(folder) }]);
  } finally {
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const chosen = rows.filter((row) => pairs.has(row.job));
  process.stdout.write(
    `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model}), load ${loadavg()[0].toFixed(1)}\n\n${tableOf(chosen, (job) => pairs.get(job))}\n`,
  );
  if (failed > 0) process.stdout.write(`\n${failed} runs failed; they are not in the figures.\n`);
  if (options.json)
    writeFileSync(
      options.json,
      `${JSON.stringify({ node: process.version, runs: Object.fromEntries(pairs) }, null, 1)}\n`,
    );
  if (failed > 0) process.exitCode = 1;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
