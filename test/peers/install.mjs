#!/usr/bin/env node
// Installs the programs of others that tests of our files use: `npm run peers`. What is there already is left alone.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { names, placeOf } from './place.mjs';

let failed = false;
for (const name of names) {
  const { spec, parent, folder, program, args: more } = placeOf(name);
  if (existsSync(program)) continue;
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', ...more, spec];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], timeout: 120_000 });
  const there = status === 0 && existsSync(program);
  process.stdout.write(`${there ? 'installed' : 'NOT installed'}: ${spec} in ${folder}\n`);
  failed ||= !there;
}
process.exitCode = failed ? 1 : 0;
