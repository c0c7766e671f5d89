import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporary } from './store-program.ts';

/** A registry of npm with a few packages. */
export interface NpmServer {
  /** For the program: this is the registry. */
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  /** Puts a folder with a package.json there. */
  publish(folder: string): void;
}

export async function npmServer(): Promise<NpmServer> {
  const root = await temporary();
  const packages = new Map<
    string,
    Map<string, { readonly manifest: Record<string, unknown>; readonly tarball: Buffer }>
  >();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.slice(1).split('?')[0]!);
    const [name = '', file] = path.split('/-/');
    const versions = packages.get(name);
    if (versions === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    if (file !== undefined) {
      response.end([...versions.values()].find(({ manifest }) => file === `${manifest.version}.tgz`)?.tarball);
      return;
    }
    const all = Object.fromEntries(
      [...versions].map(([version, { manifest, tarball }]) => [
        version,
        {
          ...manifest,
          dist: {
            tarball: `${url}/${name}/-/${version}.tgz`,
            integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
          },
        },
      ]),
    );
    const latest = [...versions.keys()].at(-1);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ name, 'dist-tags': { latest }, versions: all }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: {
      npm_config_registry: `${url}/`,
      npm_config_cache: join(root, 'cache'),
      npm_config_userconfig: join(root, 'npmrc'),
      npm_config_update_notifier: 'false',
    },
    publish(folder) {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
      const archive = join(root, 'package.tgz');
      execFileSync('tar', ['-czf', archive, '--transform', 's,^\\.,package,', '.'], { cwd: folder });
      const name = String(manifest.name);
      const versions = packages.get(name) ?? new Map();
      versions.set(String(manifest.version), { manifest, tarball: readFileSync(archive) });
      packages.set(name, versions);
    },
  };
}
