#!/usr/bin/env node
// Installs the programs of others that tests of our files use: `npm run peers`. What is there already is left alone.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { names, placeOf } from './place.mjs';

let failed = false;
for (const name of names) {
  const { spec, alone, parent, folder, program, args: more } = placeOf(name);
  if (existsSync(program)) continue;
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  if (alone) unpack(spec, folder, join(folder, 'node_modules', spec.slice(0, spec.lastIndexOf('@'))));
  else run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', ...more, spec], folder);
  const there = existsSync(program);
  process.stdout.write(`${there ? 'installed' : 'NOT installed'}: ${spec} in ${folder}\n`);
  failed ||= !there;
}
process.exitCode = failed ? 1 : 0;

function run(program, args, cwd) {
  return spawnSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], timeout: 120_000 }).status === 0;
}

/** The files of a package, and nothing that it depends on. */
function unpack(spec, folder, target) {
  if (!run('npm', ['pack', '--ignore-scripts', '--silent', spec], folder)) return;
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.tgz'))) {
    run('tar', ['-xzf', name, '--strip-components=1', '--no-same-owner', '-C', target], folder);
  }
}
