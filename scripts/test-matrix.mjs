#!/usr/bin/env node
// Runs the tests on each Node release we support: `npm run test:matrix`, or `npm run test:matrix -- 22 test/kernel`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './bundle.mjs';

const words = process.argv.slice(2);
const versions = words.filter((word) => /^\d+$/.test(word));
const filters = words.filter((word) => !/^\d+$/.test(word));
const platform = `node-${process.platform}-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), 'tenon-nodes-'));
// three Nodes are 300 MB
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => process.exit(code));
}
const failed = [];

for (const version of versions.length > 0 ? versions : ['20', '22', '24']) {
  const prefix = join(folder, version);
  const install = spawnSync(
    'npm',
    [
      'install',
      '--prefix',
      prefix,
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      `${platform}@${version}`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const bin = join(prefix, 'node_modules', platform, 'bin');
  if (install.status !== 0 || !existsSync(join(bin, 'node'))) {
    process.stderr.write(`Node ${version} could not be installed as the package ${platform}@${version}.\n`);
    failed.push(version);
    continue;
  }
  const node = join(bin, 'node');
  process.stdout.write(`\n== Node ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()}\n`);
  const run = spawnSync(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...filters], {
    cwd: root,
    stdio: 'inherit',
    // Tests that start `node` by name must get the same one.
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  if (run.status !== 0) failed.push(version);
}

if (failed.length > 0) {
  process.stderr.write(`Failed on Node ${failed.join(', ')}.\n`);
  process.exitCode = 1;
}
