import type { Entry, Extension, Manifest } from 'tenon/plugin-api';

type Parts = readonly [
  manifest: () => Promise<{ readonly manifest: Manifest }>,
  code: () => Promise<{ readonly default: Extension<never> }>,
];

/** Tenon's own extensions that a harness can be given by name. */
const PARTS = {
  'agent-loop': [
    () => import('../../extensions/agent-loop/manifest.ts'),
    () => import('../../extensions/agent-loop/index.ts'),
  ],
  'allow-all': [
    () => import('../../extensions/allow-all/manifest.ts'),
    () => import('../../extensions/allow-all/index.ts'),
  ],
  'builtin-tools': [
    () => import('../../extensions/builtin-tools/manifest.ts'),
    () => import('../../extensions/builtin-tools/index.ts'),
  ],
  cli: [() => import('../../extensions/cli/manifest.ts'), () => import('../../extensions/cli/index.ts')],
  config: [() => import('../../extensions/config/manifest.ts'), () => import('../../extensions/config/index.ts')],
  permissions: [
    () => import('../../extensions/permissions/manifest.ts'),
    () => import('../../extensions/permissions/index.ts'),
  ],
  sessions: [() => import('../../extensions/sessions/manifest.ts'), () => import('../../extensions/sessions/index.ts')],
  'output-styles': [
    () => import('../../extensions/output-styles/manifest.ts'),
    () => import('../../extensions/output-styles/index.ts'),
  ],
  skills: [() => import('../../extensions/skills/manifest.ts'), () => import('../../extensions/skills/index.ts')],
  'slash-commands': [
    () => import('../../extensions/slash-commands/manifest.ts'),
    () => import('../../extensions/slash-commands/index.ts'),
  ],
  'system-prompt': [
    () => import('../../extensions/system-prompt/manifest.ts'),
    () => import('../../extensions/system-prompt/index.ts'),
  ],
  trust: [() => import('../../extensions/trust/manifest.ts'), () => import('../../extensions/trust/index.ts')],
} satisfies Record<string, Parts>;

/** The name of one of Tenon's own extensions. */
export type BundledId = keyof typeof PARTS;

/** The entry of one of Tenon's own extensions; its code is loaded when something uses it. */
export async function bundled(id: BundledId): Promise<Entry> {
  const [manifest, code]: Parts = PARTS[id];
  return {
    manifest: (await manifest()).manifest,
    origin: { kind: 'bundled' },
    load: async () => (await code()).default,
  };
}
