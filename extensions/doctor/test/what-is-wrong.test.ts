import { chmod, writeFile } from 'node:fs/promises';
import { entry } from 'tenon/kernel';
import { defineExtension } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import headless from '../../../distros/headless.ts';
import { examining } from './examining.ts';

const every = (problems: readonly { readonly fix?: string }[]) => {
  for (const one of problems) expect(one.fix).toMatch(/\w/);
};

test('settings that cannot be read, and keys that are wrong', async () => {
  const { code, problems, part } = await examining({
    homeFiles: { '.claude/settings.json': '{ "model": 7, "hooks": [] }' },
    files: {
      '.claude/settings.json': '{ not json',
      '.claude/settings.local.json': '{"permissions":{"allow":["Bash"]}}',
    },
    expectDiagnostics: [/settings\.json:1:3/, /model must be a text/, /hooks must be/, /folder not trusted/],
  });
  expect(code).toBe(1);
  expect(problems.map(({ text }) => text)).toEqual([
    expect.stringMatching(/project.*settings\.json:1:3: .*the file is skipped|settings\.json:1:3/),
    expect.stringContaining('hooks must be an object'),
    expect.stringContaining('model must be a text'),
  ]);
  every(problems);
  // what a folder may not set before it is trusted is nobody's fault
  expect(part('Settings').join('\n')).toMatch(/note: permissions\.allow of .* skipped: folder not trusted/);
  expect(part('Trust').join('\n')).toMatch(
    /^note: .*folder not trusted; run with --trust, or tenon trust to keep it; what it brings along/,
  );
});

test('no key', async () => {
  const { code, problems } = await examining({ env: {} });
  expect(code).toBe(1);
  expect(problems).toEqual([
    {
      level: 'problem',
      text: expect.stringContaining('anthropic'),
      fix: expect.stringContaining('Set ANTHROPIC_API_KEY'),
    },
  ]);
});

test('an address that is none', async () => {
  const { problems } = await examining({ env: { ANTHROPIC_API_KEY: 'x', ANTHROPIC_BASE_URL: 'nonsense' } });
  expect(problems.map(({ fix }) => fix)).toEqual([expect.stringContaining('ANTHROPIC_BASE_URL is not an http')]);
});

test('extensions that do not start, have wrong settings, or want a name that is taken', async () => {
  const manifest = { id: 'broken', version: '1.0.0', api: 1, taps: ['QueryEnd'] } as const;
  const broken = defineExtension({
    manifest,
    setup() {
      throw new Error('no luck\nat\u001b[31m all');
    },
  });
  const greedy = defineExtension({
    manifest: {
      id: 'greedy',
      version: '1.0.0',
      api: 1,
      config: { type: 'object', properties: { size: { type: 'number' } } },
      contributes: { cli: [{ name: 'doctor', description: 'another' }] },
    },
    setup() {},
  });
  const { h, code, problems, part } = await examining({
    extensions: [broken, greedy],
    config: { extensions: { greedy: { size: 'big' } } },
    expectDiagnostics: ['SETUP_FAILED', 'BAD_CONFIG', 'NAME_TAKEN'],
  });
  expect(code).toBe(1);
  expect(problems.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^broken 1\.0\.0 does not run: .*no luck/),
    expect.stringContaining('extensions.greedy: size: must be a number'),
  ]);
  every(problems);
  expect(part('Extensions').join('\n')).toMatch(/note: doctor \(cli\) belongs to doctor; that of greedy is called/);
  expect(await h.run('doctor')).toBe(1);
  expect(h.stdout).not.toContain('\u001b');
  expect(h.stdout).toContain('2 problems.');
});

test('what a manifest says and an extension does not do, and wrong manifests of the distribution itself', async () => {
  const idle = defineExtension({
    manifest: { id: '@acme/idle', version: '1.0.0', api: 1, taps: ['PreToolUse'], contributes: { tools: ['Deploy'] } },
    setup() {},
  });
  const manifest = { id: '@acme/typo', version: '1.0.0', api: 1, activate: ['startup'], tpas: ['Stop'] } as const;
  const typo = entry(manifest, async () => ({ default: { manifest, setup() {} } }));
  const distro = { ...headless, extensions: [...headless.extensions, typo] };
  const installed = { manifest: idle.manifest, origin: { kind: 'user' }, load: async () => idle } as const;
  const { code, problems } = await examining({ distro, extensions: [installed], strict: false });
  expect(code).toBe(1);
  expect(problems.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('@acme/idle declares a tap of PreToolUse'),
      expect.stringContaining('@acme/idle declares "Deploy" in tools'),
      expect.stringContaining('tpas: is not a known field; did you mean taps?'),
    ]),
  );
});

test('an empty PATH: bash is found where it always is, the rest is a note', async () => {
  const { code, part } = await examining({ env: { ANTHROPIC_API_KEY: 'x', PATH: '' } });
  expect(code).toBe(0);
  expect(part('Other programs').join('\n')).toMatch(/note: git was not found/);
});

test('a program that hangs when it is asked for its version is not waited for', async () => {
  const { h } = await examining({ files: { rg: '#!/bin/sh\nsleep 60\n' } });
  await chmod(h.project.path('rg'), 0o755);
  const { checkPrograms } = await import('../check-programs.ts');
  const started = performance.now();
  const found = await checkPrograms({} as never, { ...h.host, env: { PATH: '', RG: h.project.path('rg') } });
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(found.at(-1)).toMatchObject({ level: 'problem', text: 'RG names no program that runs' });
});

test('a user folder that cannot be written', async () => {
  const { h, code, problems } = await examining({ env: { ANTHROPIC_API_KEY: 'x', CLAUDE_CONFIG_DIR: '/proc/nobody' } });
  expect(code).toBe(1);
  expect(problems.map(({ text }) => text)).toEqual([
    expect.stringContaining('/proc/nobody (CLAUDE_CONFIG_DIR) cannot be written'),
  ]);
  await writeFile(h.home.path('file'), '');
  const { checkPlaces } = await import('../check-places.ts');
  const found = await checkPlaces({} as never, { ...h.host, env: { CLAUDE_CONFIG_DIR: h.home.path('file/deep') } });
  expect(found.at(-1)).toMatchObject({ level: 'problem', fix: expect.stringContaining('CLAUDE_CONFIG_DIR') });
});
