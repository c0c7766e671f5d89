import { createHarness } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import headless from '../../../distros/headless.ts';
import { examining } from './examining.ts';

test('all is well: exit code 0, every extension was started, and no secret is shown', async () => {
  const { h, code, report, part, problems } = await examining();
  expect(problems).toEqual([]);
  expect(code).toBe(0);
  expect(report.ok).toBe(true);
  const started = part('Extensions').filter((line) => / started in [\d.]+ ms$/.test(line));
  for (const { manifest } of headless.extensions) {
    expect(started).toContainEqual(expect.stringMatching(new RegExp(`^ok: ${manifest.id} `)));
  }
  expect(part('Models')).toContainEqual(
    expect.stringMatching(/^ok: anthropic .*https:\/\/api\.anthropic\.com, key from ANTHROPIC_API_KEY$/),
  );
  expect(part('Program').join('\n')).toContain(`Node ${process.versions.node}`);
  expect(part('Other programs').join('\n')).toMatch(/ok: bash \d/);
  expect(h.stdout).not.toContain('sk-secret');
});

test('the report for people says the same, line by line', async () => {
  const h = await createHarness({ distro: headless, env: { ANTHROPIC_API_KEY: 'sk-secret-of-the-test' } });
  expect(await h.run('doctor')).toBe(0);
  expect(h.stdout).toMatch(/^Tenon \d+\.\d+\.\d+\n\nProgram\n {2}ok {7}tenon/);
  expect(h.stdout.endsWith('\n\nAll is well.\n')).toBe(true);
  expect(h.stdout).not.toContain('sk-secret');
});

test('it takes no words', async () => {
  const h = await createHarness({ distro: headless });
  expect(await h.run('doctor', 'now')).toBe(2);
});
