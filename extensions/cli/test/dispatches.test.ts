import { type CliCommand, type Invocation, UsageError } from 'tenon/plugin-api';
import { describe, expect, test } from 'vitest';
import { declared, fakeProgram } from './fake-program.ts';

function recorder(name: string, code = 0) {
  const seen: Invocation[] = [];
  const command: CliCommand = {
    name,
    async run(invocation) {
      seen.push(invocation);
      return code;
    },
  };
  return { seen, command };
}

describe('modes', () => {
  test('the flag of a mode chooses it, also in a terminal', async () => {
    const print = recorder('mode:print', 3);
    const program = fakeProgram({ declared, commands: [print.command], terminal: true });
    expect(await program.cli.run(['-p', 'hello', '--model', 'x'])).toBe(3);
    expect(print.seen).toEqual([
      { flags: { print: true, model: 'x' }, args: ['hello'], argv: ['-p', 'hello', '--model', 'x'] },
    ]);
    expect(program.cli.invocation).toEqual(print.seen[0]);
  });

  test('without a terminal the headless one runs', async () => {
    const print = recorder('mode:print');
    await fakeProgram({ declared, commands: [print.command] }).cli.run(['hello']);
    expect(print.seen[0]?.args).toEqual(['hello']);
  });

  test('a command of other programs is no prompt, unless it is said to be one', async () => {
    const print = recorder('mode:print');
    const program = () => fakeProgram({ declared, commands: [print.command] });
    for (const args of [['auth', 'login'], ['auth'], ['upgrade']]) {
      const one = program();
      expect(await one.cli.run(args)).toBe(2);
      expect(one.written.stderr).toContain(`if it is meant as a prompt: tenon -p "${args.join(' ')}"`);
    }
    expect(print.seen).toEqual([]);
    for (const args of [['upgrade', 'the', 'readme'], ['auth is what?'], ['-p', 'upgrade'], ['constructor']]) {
      expect(await program().cli.run(args)).toBe(0);
    }
    expect(print.seen).toHaveLength(4);
  });

  test('in a terminal the interactive one runs', async () => {
    const terminal = recorder('mode:terminal');
    const more = [...declared, { owner: 'tui', name: 'mode:terminal', interactive: true, description: 'Prompt' }];
    const program = fakeProgram({ declared: more, commands: [terminal.command], terminal: true });
    expect(await program.cli.run([])).toBe(0);
    expect(terminal.seen).toHaveLength(1);
  });

  test('in a terminal without an interactive one the message says what to type', async () => {
    const program = fakeProgram({ declared, terminal: true });
    expect(await program.cli.run([])).toBe(2);
    expect(program.written.stderr).toContain('tenon -p "your prompt"');
    expect(program.started).toEqual([]);
  });

  test('a mode whose extension does not start is an error that names it', async () => {
    const program = fakeProgram({ declared });
    expect(await program.cli.run(['-p', 'x'])).toBe(1);
    expect(program.written.stderr).toBe(
      'tenon: mode print cannot run: the extension print-mode did not start, or does not offer it\n',
    );
  });
});

describe('commands', () => {
  test('run without hooks when they change nothing', async () => {
    const doctor = recorder('doctor');
    const program = fakeProgram({ declared, commands: [doctor.command] });
    expect(await program.cli.run(['doctor', 'all'])).toBe(0);
    expect(doctor.seen[0]?.args).toEqual(['all']);
    expect(program.fired).toEqual([]);
  });

  test('fire PreCommand and PostCommand when they change something', async () => {
    const mcp = recorder('mcp', 1);
    const program = fakeProgram({ declared, commands: [mcp.command] });
    expect(await program.cli.run(['mcp', 'add', 'two words'])).toBe(1);
    expect(program.fired).toMatchObject([
      { hook: 'PreCommand', value: { name: 'mcp', args: "add 'two words'", source: 'cli', verdict: 'none' } },
      { hook: 'PostCommand', value: { name: 'mcp', args: "add 'two words'", ok: false } },
    ]);
  });

  test('a denial stops them and names the way out', async () => {
    const mcp = recorder('mcp');
    const preCommand = (value: object) => ({
      ...(value as never as { name: string; args: string; source: 'cli'; context: [] }),
      verdict: 'deny' as const,
      reasons: [{ verdict: 'deny', reason: 'not today', by: 'acme' }],
    });
    const program = fakeProgram({ declared, commands: [mcp.command], preCommand });
    expect(await program.cli.run(['mcp', 'add'])).toBe(1);
    expect(program.written.stderr).toMatch(/mcp was refused: not today \(acme\)\n.*plugin disable/);
    expect(mcp.seen).toEqual([]);
    expect(program.fired).toHaveLength(1);
  });

  test('plugin disable is never refused', async () => {
    const plugin = recorder('plugin');
    const more = [{ owner: 'plugins', name: 'plugin', changes: true, description: '' }];
    const program = fakeProgram({ declared: more, commands: [plugin.command] });
    await program.cli.run(['plugin', 'disable', 'acme']);
    expect(program.fired).toEqual([]);
    await program.cli.run(['plugin', 'enable', 'acme']);
    expect(program.fired).toHaveLength(2);
  });

  test('a tap may rewrite the words', async () => {
    const mcp = recorder('mcp');
    const program = fakeProgram({
      declared,
      commands: [mcp.command],
      preCommand: (value) => ({ ...value, args: `add "a b" 'c'\\ d` }),
    });
    await program.cli.run(['mcp', 'add', 'x']);
    expect(mcp.seen[0]?.args).toEqual(['add', 'a b', 'c d']);
  });

  test('too few words are a usage error; words stay text', async () => {
    const mcp = recorder('mcp');
    const program = fakeProgram({ declared, commands: [mcp.command] });
    expect(await program.cli.run(['mcp'])).toBe(2);
    expect(program.written.stderr).toBe(
      'tenon: mcp: too few words; usage: tenon mcp <verb> [...args]\nSee tenon --help.\n',
    );
    await program.cli.run(['mcp', 'add', '007', '--', '-x', '--y=1']);
    expect(mcp.seen[0]?.args).toEqual(['add', '007', '-x', '--y=1']);
  });
});

describe('failures', () => {
  const failing = (error: unknown, env = {}) =>
    fakeProgram({
      declared,
      env,
      commands: [
        {
          name: 'mode:print',
          async run() {
            throw error;
          },
        },
      ],
    });

  test('a usage error: its message and exit code 2', async () => {
    const program = failing(new UsageError('-p needs a prompt'));
    expect(await program.cli.run(['-p'])).toBe(2);
    expect(program.written).toEqual({ stdout: '', stderr: 'tenon: -p needs a prompt\nSee tenon --help.\n' });
  });

  test('a usage error inside another error', async () => {
    const program = failing(new Error('config did not start', { cause: new UsageError('--settings: no such file') }));
    expect(await program.cli.run(['-p'])).toBe(2);
    expect(program.written.stderr).toContain('tenon: --settings: no such file\n');
  });

  test('anything else: one line without a stack, and exit code 1', async () => {
    const program = failing(new Error('first\nsecond \u001b[31mred'));
    expect(await program.cli.run(['-p'])).toBe(1);
    expect(program.written.stderr).toBe('tenon: first second \\u{1b}[31mred\n');
    const odd = failing('text');
    expect(await odd.cli.run(['-p'])).toBe(1);
    expect(odd.written.stderr).toBe('tenon: text\n');
  });

  test('with TENON_DEBUG=1 the stack too', async () => {
    const program = failing(new Error('broken'), { TENON_DEBUG: '1' });
    await program.cli.run(['-p']);
    expect(program.written.stderr).toMatch(/^tenon: broken\nError: broken\n {4}at /);
  });

  test.each([
    [['--mcp-config', '{}'], '--mcp-config is not there yet'],
    [['-d'], 'unknown flag -d; TENON_DEBUG=1 in the environment shows more'],
  ])('a flag of other programs is not taken for a misspelling: %j', async (args, message) => {
    const program = fakeProgram({ declared });
    expect(await program.cli.run(args)).toBe(2);
    expect(program.written.stderr).toBe(`tenon: ${message}\nSee tenon --help.\n`);
  });

  test('the flag of an extension that could not be started is not called unknown', async () => {
    const failed = { id: 'config', version: '1', api: 1, contributes: { cli: [{ name: '--settings' }] } } as const;
    const program = fakeProgram({ declared, failed });
    expect(await program.cli.run(['--settings', 'x'])).toBe(2);
    expect(program.written.stderr).toContain('--settings has no effect: config could not be started');
    expect(await program.cli.run(['--setings', 'x'])).toBe(2);
    expect(program.written.stderr).toContain('unknown flag --setings');
  });

  test('an unknown flag: exit code 2 and nothing else happens', async () => {
    const program = fakeProgram({ declared });
    expect(await program.cli.run(['-p', 'x', '--outputformat', 'json'])).toBe(2);
    expect(program.written).toEqual({
      stdout: '',
      stderr: 'tenon: unknown flag --outputformat; did you mean --output-format?\nSee tenon --help.\n',
    });
    expect(program.started).toEqual([]);
  });
});
