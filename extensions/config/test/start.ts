import { Config, type DistroInfo, type Entry } from 'tenon/plugin-api';
import { createHarness, type Harness, type HarnessOptions } from 'tenon/test-kit';
import { manifest } from '../manifest.ts';

const entry: Entry = {
  manifest,
  origin: { kind: 'bundled' },
  load: async () => (await import('../index.ts')).default,
};

/** A program that has settings, which are not read yet, and folder trust. */
export function program(options: HarnessOptions = {}, distro: Partial<DistroInfo> = {}): Promise<Harness> {
  return createHarness({
    bundled: ['trust'],
    ...options,
    distro: {
      name: 'Acme',
      command: 'acme',
      version: '1.0.0',
      folders: { user: '.claude', project: '.claude' },
      extensions: [entry],
      ...distro,
    },
  });
}

/** The same with its settings. */
export async function start(options: HarnessOptions = {}, distro: Partial<DistroInfo> = {}) {
  const h = await program(options, distro);
  return { h, config: await h.kernel.use(Config) };
}

/** The same of a distribution that has folders and settings of its own. */
export function startDistro(own: Partial<DistroInfo>, options: HarnessOptions = {}) {
  return start(options, { folders: { user: '.acme', project: '.acme' }, ...own });
}
