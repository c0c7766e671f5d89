import { describe, expect, test } from 'vitest';
import { declared, fakeProgram } from './fake-program.ts';

async function shown(argv: string[], more: Parameters<typeof fakeProgram>[0] = {}) {
  const program = fakeProgram({ declared, ...more });
  expect(await program.cli.run(argv)).toBe(0);
  expect(program.started).toEqual([]);
  expect(program.written.stderr).toBe('');
  return program.written.stdout;
}

test('--version and -v print the version and the name', async () => {
  for (const argv of [['--version'], ['-v'], ['-p', '--version', 'x']]) {
    expect(await shown(argv)).toBe('0.1.0 (Tenon)\n');
  }
});

describe('--help', () => {
  test('lists commands, modes and flags by the extension that declares them', async () => {
    const text = await shown(['--help'], { columns: 100 });
    expect(text).toMatch(/^Usage: tenon \[flags\] \[--\] \[prompt\]$/m);
    expect(text).toMatch(/^Commands:\n {2}doctor +Checks the installation$/m);
    expect(text).toMatch(/^ {2}mcp <verb> \[\.\.\.args\] +Servers$/m);
    expect(text).toMatch(/^Modes:\n {2}print +Answers one prompt \(--print, without a terminal\)$/m);
    expect(text).toMatch(/^Print mode:\n {2}-p, --print +Answer and exit$/m);
    expect(text).toMatch(/--output-format <value> +What to write \(text, json, stream-json\)$/m);
    expect(text).toMatch(/^ {2}-r, --resume \[id\] +Go on with$/m);
    expect(text).toContain('--allowedTools, --allowed-tools <rules>...');
    expect(text).not.toContain('secret-switch');
  });

  test('fits the terminal', async () => {
    for (const columns of [40, 60, 80, 200]) {
      const long = { owner: 'x', name: '--x', value: 'boolean', description: 'word '.repeat(60) };
      const text = await shown(['-h'], { columns, declared: [...declared, long] });
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });

  test('of a command', async () => {
    expect(await shown(['mcp', '--help'])).toMatch(/^Usage: tenon mcp <verb> \[\.\.\.args\]\n\nServers\n/);
  });

  test('is shown instead of a complaint about the other flags', async () => {
    expect(await shown(['--bogus', '--help'])).toContain('Usage: tenon');
  });

  test('shows nothing that could steer the terminal', async () => {
    const evil = { owner: '@evil/x', name: '--evil', value: 'boolean', description: 'a\u001b]0;title\u0007\u202eb' };
    expect(await shown(['--help'], { declared: [evil] })).toContain('a\\u{1b}]0;title\\u{7}\\u{202e}b');
  });
});
