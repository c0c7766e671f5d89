import { expect, test } from 'vitest';
import { type CommandPlaces, type Machine, optionVariable, planCommand } from '../command-plan.ts';

interface Given {
  readonly platform?: NodeJS.Platform;
  readonly programs?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly executable?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function machine({ platform = 'linux', programs = {}, files = [], executable = [], env = {} }: Given = {}): Machine {
  return {
    platform,
    env,
    node: '/bin/node',
    find: (program) => programs[program],
    isFile: (path) => [...files, ...executable].includes(path),
    isExecutable: (path) => executable.includes(path),
  };
}

const options = { token: 'a b', list: ['x', 'y'] };
const plugin = { id: 'acme@m', name: 'acme', root: '/plug in', data: '/data', options, sensitive: [] };
const places: CommandPlaces = { cwd: '/p/sub', projectDir: '/p', plugin };
const plan = (command: string, args: readonly string[] | undefined, given: Given = {}, more: object = {}) => {
  const { file, args: rest } = planCommand(
    { type: 'command', command, ...(args !== undefined && { args }), ...more },
    places,
    machine(given),
  );
  return [file, ...rest];
};

const py = { programs: { python3: '/usr/bin/python3' } };
const pwsh = { programs: { pwsh: '/usr/bin/pwsh' } };
const win = { platform: 'win32' as const };
const bash = { bash: 'C:\\Git\\bash.exe' };

test.each<[string, readonly string[] | undefined, Given, readonly string[]]>([
  // text for a shell
  ['echo hi', undefined, {}, ['/bin/sh', '-c', 'echo hi']],
  [`"\${CLAUDE_PLUGIN_ROOT}"/x.sh`, undefined, {}, ['/bin/sh', '-c', `"\${CLAUDE_PLUGIN_ROOT}"/x.sh`]],
  [`'\${CLAUDE_PROJECT_DIR}/x'`, undefined, {}, ['/bin/sh', '-c', "'/p/x'"]],
  ['it', undefined, { env: { CLAUDE_CODE_SHELL_PREFIX: 'wrap' } }, ['/bin/sh', '-c', "wrap 'it'"]],
  ['echo hi', undefined, { ...win, programs: bash }, ['C:\\Git\\bash.exe', '-c', 'echo hi']],
  [
    'echo hi',
    undefined,
    { ...win, programs: { powershell: 'ps.exe' } },
    ['ps.exe', '-NoProfile', '-NonInteractive', '-Command', 'echo hi'],
  ],
  // programs
  ['jq', ['.', '-r'], {}, ['jq', '.', '-r']],
  ['jq', [], {}, ['jq']],
  ['echo', ['$HOME; ls'], {}, ['echo', '$HOME; ls']],
  [`\${CLAUDE_PLUGIN_ROOT}/x`, [`\${CLAUDE_PROJECT_DIR}`, `\${user_config.token}`], {}, ['/plug in/x', '/p', 'a b']],
  // scripts, by their kind
  ['check.py', ['-v'], { ...py, files: ['/p/sub/check.py'] }, ['/usr/bin/python3', '/p/sub/check.py', '-v']],
  ['./check.py', [], { executable: ['/p/sub/check.py'] }, ['/p/sub/check.py']],
  ['hooks/a.js', [], { files: ['/p/hooks/a.js'] }, ['/bin/node', '/p/hooks/a.js']],
  ['hooks/a.mjs', [], { files: ['/plug in/hooks/a.mjs', '/p/hooks/a.mjs'] }, ['/bin/node', '/plug in/hooks/a.mjs']],
  ['a.cjs', ['x'], { ...win, files: [] }, ['/bin/node', 'a.cjs', 'x']],
  ['a.sh', [], { programs: { bash: '/bin/bash' }, files: ['/p/a.sh'] }, ['/bin/bash', '/p/a.sh']],
  ['a.sh', [], { ...win, programs: bash }, ['C:\\Git\\bash.exe', 'a.sh']],
  ['a.ps1', ['-x'], pwsh, ['/usr/bin/pwsh', '-NoProfile', '-NonInteractive', '-File', 'a.ps1', '-x']],
  ['a.py', [], { ...win, programs: { py: 'py.exe' } }, ['py.exe', '-3', 'a.py']],
  ['a.cmd', ['one two'], win, ['cmd.exe', '/d', '/s', '/c', '"a.cmd "one two""']],
  ['a.bat', [], { ...win, env: { ComSpec: 'C:\\cmd.exe' } }, ['C:\\cmd.exe', '/d', '/s', '/c', '"a.bat"']],
])('%s %j on %j', (command, args, given, wanted) => {
  expect(plan(command, args, given)).toEqual(wanted);
});

test.each<[string, readonly string[] | undefined, Given, object, RegExp]>([
  ['a.py', [], {}, {}, /^Python was not found on the PATH, and a\.py needs it$/],
  ['a.ps1', [], {}, {}, /^PowerShell \(pwsh\) was not found on the PATH/],
  ['Get-Date', undefined, {}, { shell: 'powershell' }, /^PowerShell \(pwsh\) was not found/],
  ['ls', undefined, win, { shell: 'bash' }, /^Git Bash was not found.*CLAUDE_CODE_GIT_BASH_PATH$/],
  ['a.cmd', [], {}, {}, /a batch file, which only Windows can run/],
  ['a.cmd', ['%PATH%'], win, {}, /cannot be given "%PATH%"/],
  [`echo \${user_config.token}`, undefined, {}, {}, /with "args" only.*\$CLAUDE_PLUGIN_OPTION_token/],
  ['x', [`\${user_config.nothing}`], {}, {}, /names no option of the plugin/],
  [' ', undefined, {}, {}, /the command is empty/],
])('%s %j on %j is refused', (command, args, given, more, message) => {
  expect(() => plan(command, args, given, more)).toThrow(message);
});

test('a folder with special characters cannot become a command', () => {
  const evil = { ...places, projectDir: '/p/$(touch x)' };
  const handler = { type: 'command', command: `ls \${CLAUDE_PROJECT_DIR}` } as const;
  expect(planCommand(handler, evil, machine()).args).toEqual(['-c', `ls \${CLAUDE_PROJECT_DIR}`]);
});

test('options have a variable each', () => {
  expect(optionVariable('api-key')).toBe('CLAUDE_PLUGIN_OPTION_api_key');
});
