#!/usr/bin/env node
// Prints `N passed, N failed` from vitest's JSON report. Under CI a skipped test is a failure: it says nothing.
import { readFileSync } from 'node:fs';

const [path, status = '0'] = process.argv.slice(2);
let failed = 1;
let passed = 0;
try {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const skipped = report.numPendingTests + report.numTodoTests;
  // A file that cannot be loaded has no tests of its own, and still did not pass.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  passed = report.numPassedTests;
  failed = report.numFailedTests + skipped + broken;
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (test.status !== 'passed') process.stdout.write(`${test.status}: ${file.name}: ${test.fullName}\n`);
    }
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      process.stdout.write(`failed: ${file.name}: ${file.message}\n`);
    }
  }
  if (failed === 0 && Number(status) !== 0) failed = 1;
} catch (error) {
  process.stdout.write(`No test report: ${error.message}\n`);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
