import { tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { declared, fakeProgram } from './fake-program.ts';

const flags = [
  ...declared.filter(({ name }) => name !== '--setting-sources'),
  { owner: 'config', name: '--settings', value: 'string', file: 'json', description: 'More settings' },
  {
    owner: 'config',
    name: '--setting-sources',
    value: 'string',
    parts: ['user', 'project', 'local'],
    description: 'Which settings',
  },
];

async function refusal(...argv: string[]): Promise<string> {
  const program = fakeProgram({ declared: flags });
  expect(await program.cli.run(['-p', 'x', ...argv])).toBe(2);
  expect(program.started).toEqual([]);
  return program.written.stderr;
}

test('JSON that cannot be read is a usage error before anything starts', async () => {
  const project = await tempProject({ files: { 'broken.json': '{\n"a"\n}' } });
  expect(await refusal('--settings', project.path('no.json'))).toBe(
    `tenon: --settings needs the path of a JSON file, or JSON text; got ${project.path('no.json')}, which does not exist\nSee tenon --help.\n`,
  );
  expect(await refusal('--settings', project.path('broken.json'))).toContain(
    `--settings: ${project.path('broken.json')}:3:1: expected ":" after the key, got "}"`,
  );
  expect(await refusal('--settings={"a":1,}')).toContain('--settings: its JSON:1:7: expected no ","');
});

test('JSON that can be read passes', async () => {
  const program = fakeProgram({
    declared: flags,
    commands: [{ name: 'mode:print', run: async ({ flags }) => (flags.settings === '{"a":1}' ? 0 : 9) }],
  });
  expect(await program.cli.run(['-p', 'x', '--settings', '{"a":1}'])).toBe(0);
});

test('each word of a list with commas must be known; none is fine', async () => {
  expect(await refusal('--setting-sources', 'user,projct')).toContain(
    '--setting-sources: "projct" is not one of user, project, local\n',
  );
  const program = fakeProgram({ declared: flags, commands: [{ name: 'mode:print', run: async () => 0 }] });
  expect(await program.cli.run(['-p', 'x', '--setting-sources', ''])).toBe(0);
  expect(await program.cli.run(['-p', 'x', '--setting-sources', 'user, local'])).toBe(0);
});
