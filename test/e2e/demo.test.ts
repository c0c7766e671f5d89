import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { builtCli } from '../gates/built.ts';
import { root } from '../gates/source-file.ts';

test('the demo finds red tests, has the bug fixed under permission rules, and finds green tests', async () => {
  await builtCli();
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'scripts/demo.mjs')]);
  const [, before = '', work = '', diff = '', after = ''] = stdout.split('\n── ');
  expect(before).toContain('✖ ignores every thousands separator');
  expect(work).toContain('words of the model are scripted');
  expect(work).toMatch(/● Bash\(npm test\)[\s\S]*● Grep\([\s\S]*● Read\([\s\S]*● Edit\([\s\S]*● Bash\(npm test\)/);
  expect(diff).toContain("+    .replaceAll(',', '');");
  expect(after).toContain('✔ ignores every thousands separator');
  expect(after).toContain('ℹ fail 0');
}, 120_000);
