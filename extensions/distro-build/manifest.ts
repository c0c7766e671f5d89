import type { CliFlag, CliVerb, Manifest } from 'tenon/plugin-api';

const flags = [
  {
    name: '--out',
    value: 'string',
    placeholder: 'path',
    description: 'For distro build: the program to write',
  },
  {
    name: '--check',
    value: 'boolean',
    description: 'For distro build: write nothing, and say why each extension and package is in the program',
  },
  {
    name: '--sbom',
    value: 'boolean',
    description: 'For distro build: also write what the program is made of, as CycloneDX (PATH.cdx.json)',
  },
] as const satisfies readonly CliFlag[];

const verb = {
  name: 'distro',
  description: 'Make a program of your own list of extensions: init FOLDER, build FILE --out PATH',
  usage: '<init|build> [path]',
  flags: ['--out', '--check', '--sbom', '--json'],
} as const satisfies CliVerb;

export const manifest = {
  id: 'distro-build',
  version: '0.1.0',
  api: 1,
  description: 'Distributions: a list of extensions becomes one file',
  requires: ['host@1'],
  contributes: { cli: [...flags, verb] },
  capabilities: ['fs-write'],
} as const satisfies Manifest;
