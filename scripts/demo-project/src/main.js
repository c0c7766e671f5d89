#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { report, totalsOf } from './totals.js';

const [path] = process.argv.slice(2);
if (!path) {
  console.error('Usage: ledger FILE.csv');
  process.exit(2);
}
console.log(report(totalsOf(readFileSync(path, 'utf8'))));
