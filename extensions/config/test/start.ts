import { Config, type Entry } from 'tenon/plugin-api';
import { createHarness, type Harness, type HarnessOptions } from 'tenon/test-kit';
import { manifest } from '../manifest.ts';

/** The settings of a program under test. */
export async function start(options: HarnessOptions = {}): Promise<{ readonly h: Harness; readonly config: Config }> {
  const h = await createHarness({ bundled: ['trust'], permissions: 'allow-all', ...options });
  return { h, config: await h.kernel.use(Config) };
}

/** The settings of a distribution that has settings of its own. */
export function startDistro(own: { config?: object; locked?: readonly string[] }, options: HarnessOptions = {}) {
  const config: Entry = {
    manifest,
    origin: { kind: 'bundled' },
    load: async () => (await import('../index.ts')).default,
  };
  return start({
    ...options,
    distro: {
      name: 'Acme',
      command: 'acme',
      version: '1.0.0',
      folders: { user: '.acme', project: '.acme' },
      extensions: [config],
      ...own,
    } as NonNullable<HarnessOptions['distro']>,
  });
}
