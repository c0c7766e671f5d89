#!/usr/bin/env node
// Drives a coding agent's headless program from the outside, by scenarios that are data, and prints what it can do.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { playScenario } from './play.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const usage = `Usage: node test/parity/run.mjs [--exe PATH] [--only NAME]... [--limit SECONDS] [--json]

  --exe PATH   another program with this interface; a .js or .mjs file is run with node
               (default: the built program of this repository, held to own-checks.json as well)
  --only NAME  these scenarios only
  --limit S    seconds that one run of the program may take (default: 30)
  --json       one JSON object instead of a checklist

Exit code: 0 when every scenario passes or is pending, 1 otherwise, 2 for a wrong call.
`;
const marks = { passed: 'ok     ', failed: 'FAILED ', pending: 'PENDING' };

async function main() {
  const { values } = parseArgs({
    options: {
      exe: { type: 'string' },
      only: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      limit: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  if (values.limit !== undefined && !(Number(values.limit) > 0))
    throw new Error(`--limit: seconds, got ${values.limit}`);
  const own = values.exe === undefined;
  const exe = own ? join(here, '../../dist/tenon.cjs') : resolve(values.exe);
  if (!existsSync(exe)) throw new Error(`${exe} is not there${own ? '; build it first: npm run build' : ''}`);
  const command = /\.[cm]?js$/.test(exe) ? [process.execPath, exe] : [exe];
  const ownChecks = own ? JSON.parse(readFileSync(join(here, 'own-checks.json'), 'utf8')) : {};
  const scenarios = loadScenarios(values.only);

  const rows = [];
  const waiting = [...scenarios];
  // two at once: more would make each slower than its limit allows on a small machine
  await Promise.all(
    [0, 1].map(async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const { name, scenario } = one;
        const options = {
          more: ownChecks[name] ?? ownChecks['*'],
          limitMs: values.limit && Number(values.limit) * 1000,
        };
        const outcome = await playScenario(scenario, command, options).catch((error) => ({
          state: 'failed',
          problems: [`the scenario could not be played: ${error.stack}`],
          ms: 0,
        }));
        rows.push({ name, proves: scenario.proves, ...outcome });
      }
    }),
  );
  rows.sort((a, b) => a.name.localeCompare(b.name));
  const count = (state) => rows.filter((row) => row.state === state).length;
  const summary = { passed: count('passed'), failed: count('failed'), pending: count('pending') };
  if (values.json) process.stdout.write(`${JSON.stringify({ exe, ...summary, rows }, null, 2)}\n`);
  else process.stdout.write(checklist(exe, rows, summary));
  process.exitCode = summary.failed > 0 ? 1 : 0;
}

function loadScenarios(only) {
  const all = readdirSync(join(here, 'scenarios'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const scenario = JSON.parse(readFileSync(join(here, 'scenarios', file), 'utf8'));
      return { name: file.slice(0, -'.json'.length), scenario };
    });
  const unknown = (only ?? []).filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0) {
    throw new Error(`no scenario ${unknown.join(', ')}; there are: ${all.map(({ name }) => name).join(', ')}`);
  }
  return only ? all.filter(({ name }) => only.includes(name)) : all;
}

function checklist(exe, rows, { passed, failed, pending }) {
  const lines = [`Headless interface of ${exe}`, ''];
  for (const { name, proves, state, problems, ms } of rows) {
    lines.push(`${marks[state]} ${name.padEnd(34)} ${String(ms).padStart(5)} ms  ${proves}`);
    if (state !== 'passed') for (const problem of problems) lines.push(`          ${problem}`);
  }
  lines.push('', `${passed} passed, ${failed} failed, ${pending} pending`);
  return `${lines.join('\n')}\n`;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
