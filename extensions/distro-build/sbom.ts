import type { JsonObject } from 'tenon/plugin-api';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import type { BundledPackage } from './bundled-package.ts';
import type { Contents } from './contents.ts';
import type { DistroValue } from './distro-file.ts';

/**
 * What a program is made of, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): the program, its extensions, and
 * the packages of others inside.
 */
export function sbomOf(distro: DistroValue, contents: Contents, tenon: string, time: Date): JsonObject {
  const program = { type: 'application', 'bom-ref': distro.command, name: distro.name, version: distro.version };
  const library = { type: 'library', 'bom-ref': purl('tenon', tenon), name: 'tenon', version: tenon };
  const packages = contents.packages.map((one) => ({
    type: 'library',
    'bom-ref': purl(one.name, one.version),
    name: one.name,
    version: one.version,
    purl: purl(one.name, one.version),
    ...licences(one),
  }));
  const extensions = contents.extensions.map(({ id, version }) => ({
    type: 'library',
    'bom-ref': `extension:${id}`,
    name: id,
    version,
    properties: [{ name: 'tenon:kind', value: 'extension' }],
  }));
  const below = contents.packages.map(({ name, version }) => purl(name, version));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${randomUuid()}`,
    version: 1,
    metadata: {
      timestamp: time.toISOString(),
      tools: { components: [{ type: 'application', name: 'tenon', version: tenon }] },
      component: program,
    },
    components: [
      { ...library, purl: purl('tenon', tenon), licenses: [{ license: { id: 'MIT' } }] },
      ...extensions,
      ...packages,
    ],
    dependencies: [
      { ref: distro.command, dependsOn: [library['bom-ref'], ...extensions.map((one) => one['bom-ref'])] },
      { ref: library['bom-ref'], dependsOn: below },
    ],
  };
}

function licences({ license }: BundledPackage): JsonObject {
  if (license === undefined) return {};
  const single = /^[\w.+-]+$/.test(license) && !/^(UNLICENSED|SEE)/.test(license);
  return { licenses: [single ? { license: { id: license } } : { expression: license }] };
}

/** A package URL (https://github.com/package-url/purl-spec). */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
